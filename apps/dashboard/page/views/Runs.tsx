/** What became of each bar close, day by day, and the cycles that ran. */
import { useAnswer } from "../answers.ts"
import { now, zone } from "../now.ts"
import { Card } from "../parts/Card.tsx"
import { ScheduleChoice } from "../parts/ScheduleChoice.tsx"
import { Shown } from "../parts/Shown.tsx"
import { origin, place, setFilters } from "../Place.ts"
import { DaySlots } from "./runs/DaySlots.tsx"
import { RunList } from "./runs/RunList.tsx"
import { SlotDays } from "./runs/SlotDays.tsx"

const dayMs = 86_400_000
const shownDays = 182

const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, 10)

export const Runs = () => {
  const { day = "", schedule = "" } = place.value.filters
  const until = dayOf(now.value)
  const from = dayOf(Date.parse(until) - shownDays * dayMs)
  const days = useAnswer("slotDays", {
    query: { since: from, ...schedule === "" ? {} : { schedule } }
  })
  return (
    <>
      <div class="filters">
        <ScheduleChoice value={schedule} onChoose={(name) => setFilters({ schedule: name, day: "" })} />
      </div>
      <div class="grid">
        <Card title={`${origin.value === "LIVE" ? "Bar" : "Live bar"} closes of the last ${shownDays} days`} wide>
          <Shown answer={days}>{({ items }) => <SlotDays days={items} from={from} until={until} />}</Shown>
        </Card>
        {day !== "" && <DaySlots day={day} schedule={schedule} />}
        <RunList schedule={schedule} />
      </div>
      <p class="soft">Times in {zone}; days of the calendar in UTC.</p>
    </>
  )
}
