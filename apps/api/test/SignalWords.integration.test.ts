/** One signal in full, and what people say to it. */
import { routes } from "@dgas/contract/Routes"
import { OutcomeStore } from "@dgas/db/OutcomeStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Sql } from "@dgas/db/Sql"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { anExit, anOutcome, aRun, aSignal, minute, monday } from "../../../packages/db/test/rows.ts"
import { storeRun } from "../../../packages/db/test/storeRun.ts"
import { get, itWith, listening } from "./apiWorld.ts"
import { asAnn, ask, wheres } from "./writer.ts"

const it = itWith(asAnn)

const entry = aSignal()
const exit = anExit(entry.id)
const at = (url: string, id: string, rest = "") => `${url}/v1/signals/${encodeURIComponent(id)}${rest}`

/** The entry, judged by its bars as a win, and the exit that came after. */
const stored = Effect.gen(function*() {
  yield* storeRun()
  yield* (yield* SignalStore).insertMany(aRun().id, [entry, exit])
  yield* (yield* OutcomeStore).write([{ update: anOutcome(), readOver: null }])
})

const decode = Schema.decodeUnknownSync(routes.getSignal.answer, { onExcessProperty: "error" })
const encode = Schema.encodeSync(routes.getSignal.answer)

/** What the contract would have made of it, to the last digit, as nothing encodes it on its way. */
const expectAsInContract = (json: unknown) => expect(json).toEqual(encode(decode(json)))

const loss = {
  exitReason: "STOP",
  fillPrice: 100.1,
  exitPrice: 94.49,
  decidedAt: "2024-01-08T15:30:00Z",
  note: "filled at the open, out on a spike"
}

describe("a signal", () => {
  it.live("comes with what is behind it and what came after", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* stored
      yield* (yield* Sql).run("messages", (sql) =>
        sql`
          insert into outbox (id, channel, destination, kind, payload, signal_ids, state, finished_at) values
            ('m/1', 'webhook', 'desk', 'signals', '{"secret": "of the payload"}', array[${entry.id}], 'done', now()),
            ('m/2', 'webhook', 'desk', 'signals', '{}', array['another'], 'done', now())`)
      yield* (yield* Sql).run("attempts", (sql) =>
        sql`
          insert into delivery_attempts (message_id, attempt, attempted_at, status, duration_ms, answer)
          values ('m/1', 1, now(), 200, 12.5, 'ok')`)
      yield* (yield* Sql).run("notices", (sql) =>
        sql`
          insert into signal_notices (id, signal_id, run_id, kind, detail)
          values ('n/1', ${entry.id}, ${aRun().id}, 'CORRECTED', 'another stop')`)
      const found = yield* get(at(url, entry.id))
      expect(found.status).toBe(200)
      expectAsInContract(found.json)
      expect(found.json).toMatchObject({
        id: entry.id,
        timeframe: "30m",
        source: null,
        tick: null,
        patternContext: entry.patternContext,
        reason: "PLDot push with the trend \u{1f4c8}",
        outcome: "WIN",
        decidedAt: "2024-01-08T16:00:00.000Z",
        acknowledgedAt: null,
        counterpart: { id: exit.id, type: "EXIT_LONG" },
        notices: [{ id: "n/1", kind: "CORRECTED" }],
        outcomeChanges: []
      })
      expect(found.json.deliveries.map(({ id }: { id: string }) => id)).toEqual(["m/1"])
      expect(found.text).not.toContain("of the payload")
      const ofExit = (yield* get(at(url, exit.id))).json
      expectAsInContract(ofExit)
      expect(ofExit.counterpart.id).toBe(entry.id)
      expect((yield* get(at(url, "nobody's"))).status).toBe(404)
    }))

  it.live("is acknowledged once, whoever says so again", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* stored
      const first = yield* ask("PUT", at(url, entry.id, "/acknowledgement"))
      expect(first.status).toBe(200)
      expect(first.json).toMatchObject({ id: entry.id, acknowledgedBy: "ann" })
      expect((yield* ask("PUT", at(url, entry.id, "/acknowledgement"))).json).toEqual(first.json)
      expect((yield* ask("PUT", at(url, exit.id, "/acknowledgement"))).status).toBe(200)
      expect((yield* ask("PUT", at(url, "nobody's", "/acknowledgement"))).status).toBe(404)
    }))

  it.live("is what a person says until that is withdrawn, and what it was is kept", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* stored
      const outcome = at(url, entry.id, "/outcome")
      const corrected = yield* ask("PUT", outcome, loss)
      expect(corrected.status).toBe(200)
      expect(corrected.json).toMatchObject({
        outcome: "LOSS",
        exitReason: "STOP",
        filled: true,
        ambiguous: false,
        fillPrice: 100.1,
        exitPrice: 94.49,
        decidedAt: "2024-01-08T15:30:00.000Z",
        correctedBy: "ann",
        correctionNote: loss.note,
        mfe: null,
        barsHeld: null
      })
      expect(corrected.json.r).toBeCloseTo(-1.1, 10)
      expect(corrected.json.rIfWin).toBe(corrected.json.r)
      expect(corrected.json.pnlPct).toBeCloseTo(-5.61 / 100.1 * 100, 10)
      // Said twice, as by a client that heard no answer, it is said once.
      expect((yield* ask("PUT", outcome, loss)).json).toEqual(corrected.json)
      expect((yield* get(at(url, entry.id))).json.outcomeChanges).toHaveLength(1)

      const again = yield* ask("PUT", outcome, { ...loss, exitReason: "UNFILLED", fillPrice: null, exitPrice: null })
      expect(again.json).toMatchObject({ outcome: "NEUTRAL", filled: false, r: 0, pnlPct: 0 })
      const whole = (yield* get(at(url, entry.id))).json
      expectAsInContract(whole)
      expect(whole.outcomeChanges).toMatchObject([
        { outcome: "WIN", exitReason: "TARGET", correctedBy: null },
        { outcome: "LOSS", exitReason: "STOP", exitPrice: 94.49, correctedBy: "ann" }
      ])

      const withdrawn = yield* ask("DELETE", outcome)
      expect(withdrawn.status).toBe(200)
      expect(withdrawn.json).toMatchObject({ outcome: null, r: null, evaluatedAt: null, correctedAt: null })
      expect((yield* get(at(url, entry.id))).json.outcomeChanges).toHaveLength(3)
      const twice = yield* ask("DELETE", outcome)
      expect(twice).toMatchObject({ status: 409, json: { detail: "nobody has corrected its outcome" } })
    }))

  it.live("is corrected only where that fits", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* stored
      const put = (change: object, id = entry.id) => ask("PUT", at(url, id, "/outcome"), { ...loss, ...change })
      expect((yield* put({}, "nobody's")).status).toBe(404)
      expect((yield* ask("DELETE", at(url, "nobody's", "/outcome"))).status).toBe(404)
      const ofExit = yield* put({}, exit.id)
      expect(ofExit).toMatchObject({
        status: 409,
        json: { detail: "an outcome is of a LONG or SHORT, and this is an EXIT_LONG" }
      })
      const wrong = [
        [{ exitPrice: 99 }, "body.exitPrice"],
        [{ exitReason: "TARGET" }, "body.exitPrice"],
        [{ fillPrice: null }, "body.fillPrice"],
        [{ decidedAt: "2024-01-08T15:00:00Z" }, "body.decidedAt"],
        [{ decidedAt: "2190-01-08T15:00:00Z" }, "body.decidedAt"],
        [{ note: "" }, "body.note"],
        [{ note: "  " }, "body.note"],
        [{ r: 4 }, "body.r"]
      ] as const
      for (const [change, where] of wrong) {
        const answer = yield* put(change)
        expect(answer.status).toBe(400)
        expect(wheres(answer)).toEqual([where])
      }
      expect((yield* get(at(url, entry.id))).json).toMatchObject({ outcome: "WIN", outcomeChanges: [] })
    }))

  it.live("is not judged over what a person said", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* stored
      const store = yield* OutcomeStore
      yield* ask("PUT", at(url, entry.id, "/outcome"), loss)
      // A worker that had read it before the correction, and one that knows when it was made.
      const { json } = yield* get(at(url, entry.id))
      for (const readOver of [monday + 61 * minute, Date.parse(json.evaluatedAt)]) {
        expect(yield* store.write([{ update: anOutcome({ evaluatedAt: monday + 99 * minute }), readOver }])).toEqual(
          new Set()
        )
      }
      yield* ask("DELETE", at(url, entry.id, "/outcome"))
      expect(yield* store.write([{ update: anOutcome(), readOver: null }])).toEqual(new Set([entry.id]))
    }))
})
