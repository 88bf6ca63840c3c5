import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { expect } from "bun:test"
import * as Effect from "effect/Effect"
import { attack } from "./Attack.ts"

const it = effectTest(TestDatabase.layer)

it.live(
  "2,000 malformed requests and 200 broken sockets end in no 5xx and no exit, and valid traffic is answered",
  () =>
    Effect.gen(function*() {
      const found = yield* attack({
        requests: 2000,
        sockets: 200,
        seed: 7,
        quietSeconds: 0,
        alone: 20,
        tell: () => undefined
      })
      expect(found.failures).toEqual([])
      expect(found.exited).toBe(false)
      expect(found.valid.failures).toEqual({})
      expect(found.valid.count).toBeGreaterThan(0)
    }),
  180_000
)
