/** `report calibration`: how often signals came good by what was known of them, and how far their confidence deserves belief. */
import { calibrated } from "@dgas/monitor/Calibrated"
import * as Effect from "effect/Effect"
import { calibrationColumns, calibrationPage, calibrationRows } from "../CalibrationPage.ts"
import { type JudgedFlags, judgedSignals } from "../Judged.ts"
import { type PageFlags, printReport } from "../PagePrint.ts"
import { csvText } from "../Rows.ts"
import { withStore } from "../Store.ts"

export const calibration = (flags: JudgedFlags & PageFlags) =>
  withStore(flags, (zone, since) =>
    Effect.gen(function*() {
      const { scope, signals } = yield* judgedSignals(flags, zone, since)
      const found = calibrated(signals)
      yield* printReport(flags, {
        page: calibrationPage(found, scope),
        json: () => JSON.stringify({ scope, ...found }, null, 2),
        csv: () => csvText(calibrationColumns, calibrationRows(found))
      })
    }))
