/** Messages, the destinations that they go to, and what is kept back. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { format, limit, schedule, since, symbol } from "./Common.ts"
import { load } from "./load.ts"

const destination = Flag.String("destination").pipe(Flag.withDescription("only to this destination"), Flag.optional)
const messageStates = ["pending", "leased", "done", "held", "dead", "expired", "suppressed"] as const

const showDelivery = Command.make(
  "show",
  { format, id: Argument.String("id").pipe(Argument.withDescription("of a message, see report deliveries")) },
  (flags) => load(() => import("../commands/Deliveries.ts"), (module) => module.showDelivery(flags))
).pipe(Command.withDescription("Every try to deliver one message, and what was answered"))

const replayDelivery = Command.make(
  "replay",
  {
    id: Argument.String("id").pipe(Argument.withDescription("of a message that did not arrive"), Argument.optional),
    destination: Flag.String("destination").pipe(
      Flag.withDescription("all that this destination did not take, instead of one message"),
      Flag.optional
    )
  },
  (flags) => load(() => import("../commands/Deliveries.ts"), (module) => module.replayDelivery(flags))
).pipe(Command.withDescription("Lets messages go out again, as they were and with the same id"))

const deliveries = Command.make(
  "deliveries",
  {
    format,
    limit,
    since,
    destination,
    state: Flag.Literals("state", messageStates).pipe(
      Flag.withDescription("only messages in this state"),
      Flag.optional
    ),
    failed: Flag.Boolean("failed").pipe(
      Flag.withDescription("only what did not arrive: held, dead or expired"),
      Flag.withDefault(false)
    )
  },
  (flags) => load(() => import("../commands/Deliveries.ts"), (module) => module.deliveries(flags))
).pipe(
  Command.withDescription("Messages and what became of them, newest first"),
  Command.withSubcommands([showDelivery, replayDelivery])
)

const notify = Command.make("notify").pipe(
  Command.withDescription("The destinations that are told, and how they do"),
  Command.withSubcommands([
    Command.make(
      "list",
      { format },
      (flags) => load(() => import("../commands/Notify.ts"), (module) => module.listDestinations(flags))
    ).pipe(Command.withDescription("Every destination with its health")),
    Command.make(
      "test",
      {
        format,
        channel: Flag.String("channel").pipe(Flag.withDescription("the destination, by its name in dgas.config.ts"))
      },
      (flags) => load(() => import("../commands/Notify.ts"), (module) => module.testDestination(flags))
    ).pipe(Command.withDescription("Sends a sample, marked as one, and tells what was answered")),
    Command.make(
      "enable",
      { name: Argument.String("name").pipe(Argument.withDescription("of a destination that was disabled")) },
      (flags) => load(() => import("../commands/Notify.ts"), (module) => module.enableDestination(flags))
    ).pipe(Command.withDescription("Lets messages go to a destination again, those that it held too"))
  ])
)

const addMute = Command.make(
  "add",
  {
    format,
    schedule,
    symbol,
    destination,
    from: Flag.String("from").pipe(Flag.withDescription("a date or an ISO instant; now unless given"), Flag.optional),
    until: Flag.String("until").pipe(Flag.withDescription("a date or an ISO instant"), Flag.optional),
    for: Flag.String("for").pipe(Flag.withDescription("90m, 4h, 2d or 1w, instead of --until"), Flag.optional),
    author: Flag.String("author").pipe(Flag.withDescription("who wants it; USER unless given"), Flag.optional),
    reason: Flag.String("reason").pipe(Flag.withDescription("why, for those who miss a message"))
  },
  (flags) => load(() => import("../commands/Mutes.ts"), (module) => module.addMute(flags))
).pipe(Command.withDescription("Keeps messages back for a while: they are stored as suppressed"))

const liftMute = Command.make(
  "lift",
  { format, id: Argument.String("id").pipe(Argument.withDescription("of a mute, see report mutes")) },
  (flags) => load(() => import("../commands/Mutes.ts"), (module) => module.liftMute(flags))
).pipe(Command.withDescription("Ends a mute before its time"))

const mutes = Command.make(
  "mutes",
  {
    format,
    all: Flag.Boolean("all").pipe(Flag.withDescription("also those that are over"), Flag.withDefault(false))
  },
  (flags) => load(() => import("../commands/Mutes.ts"), (module) => module.mutes(flags))
).pipe(
  Command.withDescription("What nobody is told of for a while, who wanted it and why"),
  Command.withSubcommands([addMute, liftMute])
)

export const messageCommands = [deliveries, notify, mutes] as const
