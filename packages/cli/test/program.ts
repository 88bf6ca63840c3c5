/** A command that ends in each of the ways that `runCli` tells apart. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { runCli } from "../src/runCli.ts"
import { WrongUsage } from "../src/WrongUsage.ts"

class DiskFull extends Error {
  readonly _tag = "DiskFull"
}

const how = Flag.Literals("how", ["fine", "failed", "usage", "defect", "wait"])

runCli(
  Command.make("program", { how }, (flags): Effect.Effect<void, DiskFull | WrongUsage> => {
    if (flags.how === "failed") return Effect.fail(new DiskFull("the disk /dev/x is full"))
    if (flags.how === "usage") return Effect.fail(new WrongUsage({ flag: "since", found: "x", expected: "a date" }))
    if (flags.how === "defect") return Effect.die(new Error("a bug"))
    if (flags.how === "wait") {
      return Console.log("waiting").pipe(Effect.andThen(Effect.never), Effect.ensuring(Console.log("closed")))
    }
    return Effect.void
  })
)
