#!/usr/bin/env bun
/** The API's command line. */
// First of all: schemas that are compiled decode and encode two to three times faster.
import "effect/schema/SchemaJITCompiler/enable"
import { runCli } from "@dgas/cli/runCli"
import { loadConfig } from "@dgas/domain/ConfigFile"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"

const api = Command.make(
  "api",
  {
    port: Flag.Int("port").pipe(
      Flag.filter((port) => port >= 0 && port <= 65_535, (port) => `found ${port}, expected a port from 0 to 65535`),
      Flag.withDescription("the port to listen at; 0 for any that is free"),
      Flag.withDefault(8787)
    ),
    host: Flag.String("host").pipe(
      Flag.withDescription("the address to listen at; only this machine unless told, and another one only with a key"),
      Flag.withDefault("127.0.0.1")
    ),
    link: Flag.Boolean("link").pipe(
      Flag.withDescription("tell a link that signs a page in also where nobody seems to read along"),
      Flag.withDefault(false)
    )
  },
  ({ host, link, port }) =>
    Effect.gen(function*() {
      const loaded = yield* loadConfig()
      const { apiLayer, apiProcess } = yield* Effect.promise(() => import("./Process.ts"))
      const running = apiProcess(loaded, host, port, { link: link || stdoutIsTerminal() })
      return yield* Effect.provide(running, apiLayer(loaded, host))
    })
).pipe(Command.withDescription("Serves /v1, its reference at /docs, and the page"))

const stdoutIsTerminal = () => process.stdout.isTTY === true

runCli(api)
