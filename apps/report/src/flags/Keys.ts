/** Keys of the API. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { format } from "./Common.ts"
import { load } from "./load.ts"

const scopes = Flag.String("scopes").pipe(
  Flag.withDescription("what it may do: read, write (which includes read) or admin (which includes both), by commas")
)
const prefix = Argument.String("prefix").pipe(Argument.withDescription("beginning of a key, see report keys list"))

const createKey = Command.make(
  "create",
  {
    format,
    name: Argument.String("name").pipe(Argument.withDescription("what the key is for")),
    scopes,
    expires: Flag.String("expires").pipe(
      Flag.withDescription("for how long it may be used: 4h, 90d, 52w; for ever unless given"),
      Flag.optional
    ),
    perMinute: Flag.String("per-minute").pipe(
      Flag.withDescription("requests a minute, or unlimited; as configured unless given"),
      Flag.optional
    )
  },
  (flags) => load(() => import("../commands/Keys.ts"), (module) => module.createKey(flags))
).pipe(Command.withDescription("Makes a key of the API, which is shown this once"))

const listKeys = Command.make(
  "list",
  { format },
  (flags) => load(() => import("../commands/Keys.ts"), (module) => module.listKeys(flags))
).pipe(Command.withDescription("Keys and signed-in pages, newest first"))

const revokeKey = Command.make(
  "revoke",
  { format, prefix },
  (flags) => load(() => import("../commands/Keys.ts"), (module) => module.revokeKey(flags))
).pipe(Command.withDescription("Withdraws a key, or signs a page out; a running API refuses it within 2 s"))

const linkPage = Command.make(
  "link",
  {
    scopes: scopes.pipe(Flag.withDefault("read,write")),
    url: Flag.String("url").pipe(
      Flag.withDescription("where the API is reached"),
      Flag.withDefault("http://127.0.0.1:8787")
    )
  },
  (flags) => load(() => import("../commands/Keys.ts"), (module) => module.linkPage(flags))
).pipe(Command.withDescription("A link that signs a browser in, once and within 10 minutes"))

const keys = Command.make(
  "keys",
  { format },
  (flags) => load(() => import("../commands/Keys.ts"), (module) => module.listKeys(flags))
).pipe(
  Command.withDescription("Keys of the API: who may use it, for what and until when"),
  Command.withSubcommands([createKey, listKeys, revokeKey, linkPage])
)

export const keyCommands = [keys] as const
