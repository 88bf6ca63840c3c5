/** Mistakes that the tests of engine, market, notify, monitor and the API must catch. Files and tests are told from `packages/`. */

export interface Mutant {
  readonly name: string
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly put: string
  readonly tests: ReadonlyArray<string>
}

const geometry = "engine/src/geometry/TimeframeGeometry.ts"
const states = "engine/src/geometry/StateMachine.ts"
const patterns = "engine/src/geometry/Patterns.ts"
const analyzer = "engine/src/signals/SymbolAnalyzer.ts"
const entry = "engine/src/signals/Entry.ts"
const outcome = "engine/src/signals/OutcomeMachine.ts"
const watch = "engine/src/signals/LevelWatch.ts"
const feed = "engine/src/SymbolFeed.ts"
const resampler = "market/src/Resampler.ts"
const validation = "market/src/BarValidation.ts"

const address = "notify/src/Address.ts"
const target = "notify/src/Target.ts"
const pinned = "notify/src/PinnedPost.ts"
const scrub = "notify/src/Scrub.ts"
const answers = "notify/src/Answers.ts"
const signature = "notify/src/WebhookSignature.ts"
const body = "notify/src/WebhookBody.ts"
const template = "notify/src/WebhookTemplate.ts"

const access = "../apps/api/src/Access.ts"
const addresses = "../apps/api/src/Addresses.ts"
const ofAccess = ["../apps/api/test/Access.integration.test.ts"]
const ofLiveFeed = ["../apps/api/test/LiveFeed.test.ts"]
const ofAddresses = ["../apps/api/test/Addresses.test.ts"]

const ofGeometry = ["engine/test/geometry/TimeframeGeometry.test.ts"]
const ofSymbol = ["engine/test/signals/SymbolAnalyzer.test.ts", "engine/test/signals/Gates.test.ts"]
const ofFuzz = ["engine/test/Fuzz.test.ts"]
const ofHttp = ["notify/test/SafeHttp.test.ts"]
const ofTls = ["notify/test/PinnedPost.test.ts"]
const ofScrub = ["notify/test/Scrub.test.ts"]
const ofAnswers = ["notify/test/Answers.test.ts"]
const ofSignature = ["notify/test/WebhookSignature.test.ts"]
const ofBody = ["notify/test/WebhookBody.test.ts"]
const ofWebhook = ["notify/test/Webhook.test.ts"]
const ofJoin = ["engine/test/Join.test.ts"]
const ofTrial = ["monitor/test/Trial.test.ts"]
const ofAgreement = ["monitor/test/Agreement.test.ts"]
const ofOutcomeStore = ["db/test/OutcomeStore.integration.test.ts"]

const mutant = (
  name: string,
  file: string,
  find: string,
  put: string,
  tests: ReadonlyArray<string>
): Mutant => ({ name, file, find, put, tests })

export const mutants: ReadonlyArray<Mutant> = [
  // What people say became of entries.
  mutant(
    "a target is said to be reached before it is",
    "monitor/src/Correction.ts",
    `exitReason === "TARGET" && beyond(targetPrice) < 0`,
    `exitReason === "TARGET" && beyond(targetPrice) > 0`,
    ["monitor/test/Correction.test.ts"]
  ),
  mutant(
    "a map is fitted on what people say",
    "monitor/src/Calibrating.ts",
    "signals.filter(({ corrected }) => !corrected)",
    "signals",
    ["monitor/test/Corrected.integration.test.ts"]
  ),
  mutant(
    "what people say calls for a map",
    "db/src/CalibrationStore.ts",
    " and corrected_at is null\"",
    "\"",
    ["monitor/test/Corrected.integration.test.ts"]
  ),
  mutant(
    "what a person said is judged",
    "db/src/DoubtedOutcomes.ts",
    "decided_at is not null and corrected_at is null",
    "decided_at is not null",
    ofOutcomeStore
  ),
  mutant(
    "what a person said is written over",
    "db/src/OutcomeStore.ts",
    "given.read_over and signal.corrected_at is null",
    "given.read_over",
    ["monitor/test/Corrected.integration.test.ts"]
  ),
  mutant(
    "what a person said has random twins",
    "db/src/EntryTerms.ts",
    "and signal.corrected_at is null",
    "",
    ["monitor/test/Corrected.integration.test.ts"]
  ),
  mutant(
    "one caller keeps evidence from all others",
    "../apps/api/src/Evidence.ts",
    "own.length >= mostOfOne",
    "own.length > mostComing",
    ["../apps/api/test/Evidence.integration.test.ts"]
  ),
  mutant(
    "a restored key opens the API",
    "db/src/Restore.ts",
    "clock_timestamp() where revoked_at is null",
    "clock_timestamp() where revoked_at > now()",
    ["db/test/Backup.integration.test.ts"]
  ),
  // Bars that have not closed.
  mutant(
    "a bar is shown before it closes",
    "engine/src/SymbolState.ts",
    "this.waiting[count]!.closeTime <= until",
    "this.waiting[count]!.openTime <= until",
    ["engine/test/SymbolState.test.ts"]
  ),
  mutant(
    "every bar that was read is shown",
    "engine/src/SymbolState.ts",
    " && this.waiting[count]!.closeTime <= until",
    "",
    ["engine/test/SymbolState.test.ts"]
  ),
  mutant(
    "a higher bar is known at its open",
    resampler,
    "this.closeTime <= asOf) this",
    "this.openTime <= asOf) this",
    ofJoin
  ),
  mutant("a higher bar is known at once", resampler, "this.filling && this.closeTime <= asOf", "this.filling", ofJoin),
  mutant(
    "the feed closes slots ahead of time",
    feed,
    "this.flush(bar.closeTime)\n        this.analyzer.pushTrading(bar)",
    "this.flush(Infinity)\n        this.analyzer.pushTrading(bar)",
    ofJoin
  ),
  mutant(
    "the trading bar goes before the higher bar that closes with it",
    feed,
    "this.flush(bar.closeTime)\n        this.analyzer.pushTrading(bar)",
    "this.analyzer.pushTrading(bar)\n        this.flush(bar.closeTime)",
    ofJoin
  ),
  mutant("finer bars are lost", feed, "pushTrading(bar, parts)", "pushTrading(bar)", ofJoin),
  // Levels that were not known before the bar.
  mutant(
    "the plotted dot holds the bar itself",
    geometry,
    "const plotted = known[DOT]!",
    "const plotted = (dot1 + dot2 + dot3) / 3",
    ofGeometry
  ),
  mutant("a close is compared with its own dot", geometry, "this.coincident ? next : plotted", "next", ofGeometry),
  mutant(
    "a bar is compared with levels of its own",
    geometry,
    "this.above = this.nextAbove",
    "this.above = above",
    ofGeometry
  ),
  mutant(
    "the envelope of a bar holds the bar",
    geometry,
    "this.top = known[ENVELOPE_TOP]!",
    "this.top = (2 * dot1 - low + (2 * dot2 - low2) + (2 * dot3 - low3)) / 3",
    ["engine/test/geometry/Levels.test.ts"]
  ),
  mutant(
    "zones are built before they are touched",
    analyzer,
    "const touched = this.zones.touched(",
    "this.zones.build(this.rules, this.higher, this.trading, this.lower)\n    const touched = this.zones.touched(",
    ["engine/test/signals/KnownZones.test.ts"]
  ),
  mutant(
    "a watch meets the higher level that its own bar projects",
    watch,
    "higher.closeTime > openTime",
    "false",
    ["engine/test/signals/LevelWatch.test.ts"]
  ),
  mutant(
    "a watch meets the trading level that its own bar projects",
    watch,
    "this.meetLevel(place, trading, true, trading)",
    "this.meetLevel(place, trading, false, trading)",
    ["engine/test/signals/LevelWatch.test.ts"]
  ),
  mutant(
    "base rates look at levels of the bar itself",
    "engine/src/geometry/LevelRates.ts",
    "geometry.barLevel(index)",
    "geometry.level(index)",
    ["engine/test/geometry/LevelRates.test.ts"]
  ),
  // Rows that are no bars.
  mutant(
    "a number that is none is a price",
    validation,
    "if (!Number.isFinite(bar[field])) {",
    "if (false) {",
    ofFuzz
  ),
  mutant(
    "a price of zero is a price",
    validation,
    "if (bar[field] <= 0) return",
    "if (bar[field] < 0) return",
    ofFuzz
  ),
  mutant(
    "a negative volume is a volume",
    validation,
    "if (bar.volume < 0) return",
    "if (false) return",
    ofFuzz
  ),
  mutant(
    "numbers beyond all bounds are prices",
    validation,
    "size > most ||",
    "",
    ofFuzz
  ),
  mutant(
    "a high may be below its low",
    validation,
    "if (bar.high < bar.low) {",
    "if (false) {",
    ofFuzz
  ),
  mutant(
    "an open may lie below its low",
    validation,
    " || bar[field] < bar.low",
    "",
    ofFuzz
  ),
  mutant(
    "a time that the calendar does not know is looked up",
    validation,
    "if (!grid.calendar.covers(bar.openTime)) {",
    "if (false) {",
    ofFuzz
  ),
  mutant(
    "what is off the grid counts as outside of sessions",
    validation,
    "if (grid.outside(bar.openTime)) outside",
    "if (true) outside",
    ofFuzz
  ),
  mutant(
    "a bar that has not closed is one",
    validation,
    "slot.closeTime > asOf",
    "false",
    ofFuzz
  ),
  mutant(
    "a bar that closes now is not one yet",
    validation,
    "slot.closeTime > asOf",
    "slot.closeTime >= asOf",
    ofFuzz
  ),
  mutant(
    "a late row is a bar",
    validation,
    "slot.openTime < last",
    "false",
    ofFuzz
  ),
  mutant(
    "the second of two rows is a bar too",
    validation,
    "slot.openTime === last",
    "false",
    ofFuzz
  ),
  mutant(
    "two slots of neighbouring days open at once",
    "market/src/BarGrid/IntradayGrid.ts",
    "? open : opens",
    "? opens : opens",
    ofFuzz
  ),
  // Rules.
  mutant(
    "rounding makes a stdev envelope",
    "engine/src/geometry/Levels.ts",
    "half <= 1e-12 * Math.abs(dot) ? 0 : half",
    "half",
    ofGeometry
  ),
  mutant("two closes make a trend", states, "this.run >= 3", "this.run >= 2", [
    "engine/test/geometry/StateMachine.test.ts"
  ]),
  mutant("a broken reversal forgets the trend", states, "this.direction = this.interrupted", "this.direction = 0", [
    "engine/test/geometry/StateMachine.test.ts"
  ]),
  mutant("a touch closes beyond", patterns, "+(close < above)", "+(close > above)", [
    "engine/test/geometry/Patterns.test.ts"
  ]),
  mutant("an exhaustion never expires", patterns, "&& since <= this.rules.exhaustWindow", "", [
    "engine/test/geometry/SecondOpinion.test.ts"
  ]),
  mutant("a late bar is taken", geometry, "if (!(openTime > this.openTime)) throw", "if (false) throw", [
    "engine/test/Contract.test.ts"
  ]),
  mutant(
    "a preview moves the geometry",
    geometry,
    "const live = new TimeframeGeometry(this.rules)\n",
    "const live = this\n",
    ofGeometry
  ),
  mutant(
    "a snapshot forgets a run of closes",
    "engine/src/geometry/Snapshot.ts",
    "const given = new Set([",
    `const given = new Set(["run", `,
    ["engine/test/Contract.test.ts"]
  ),
  mutant(
    "zones join toward the far side",
    "engine/src/signals/Zones.ts",
    "distance < bestDistance) {\n          best = i",
    "distance > bestDistance) {\n          best = i",
    [
      "engine/test/signals/Zones.test.ts"
    ]
  ),
  mutant(
    "a higher congestion is traded",
    entry,
    `state === "TREND" || state === "CONGESTION_EXIT"`,
    `true || state === "TREND"`,
    [
      "engine/test/signals/Entry.test.ts"
    ]
  ),
  mutant("an old event supports an entry", entry, "const supportBars = 2", "const supportBars = 3", ofSymbol),
  mutant(
    "an entry follows on the bar that ended a signal",
    analyzer,
    "if (this.closedLive !== null) return",
    "if (false) return",
    ofSymbol
  ),
  mutant(
    "the target comes before the stop in one bar",
    outcome,
    `if (stopped) this.end("STOP"`,
    `if (stopped && !reached) this.end("STOP"`,
    [
      "engine/test/signals/OutcomeMachine.test.ts"
    ]
  ),
  mutant(
    "a gap through the stop fills at the stop",
    outcome,
    `return this.end("STOP", bar.open)`,
    `return this.end("STOP", stop)`,
    [
      "engine/test/signals/OutcomeMachine.test.ts"
    ]
  ),
  mutant(
    "an exit closes nothing",
    analyzer,
    "this.live?.machine.closeAt(draft.entryPrice)\n      this.live = null",
    "",
    ofSymbol
  ),
  mutant("an exit does not say what it closes", analyzer, "closes: live.id", "closes: null", [
    "engine/test/Replay.test.ts"
  ]),
  mutant("an unfilled entry is left for a touch", analyzer, `machine.status === "filled" && (type`, `(type`, ofSymbol),
  mutant(
    "an unfilled entry is left for an EXHAUST",
    analyzer,
    `machine.status === "filled" && this.trading`,
    "this.trading",
    ofSymbol
  ),
  mutant(
    "what is filtered lives",
    "engine/src/Cycle.ts",
    "const signals = kept.map(",
    "const signals = proposals.map(",
    [
      "engine/test/Cycle.test.ts"
    ]
  ),
  mutant(
    "a decision does not know the lower bar that closes with it",
    feed,
    "        this.analyzer.pushLower(bar)\n        this.flush(bar.closeTime)",
    "        this.flush(bar.closeTime)\n        this.analyzer.pushLower(bar)",
    ["engine/test/SymbolFeed.test.ts"]
  ),
  mutant(
    "a decision knows a lower bar from after a hole",
    feed,
    "      this.flush(bar.openTime)\n",
    "",
    ["engine/test/SymbolFeed.test.ts"]
  ),
  mutant(
    "a watch measures nearness by the bar's own width",
    watch,
    "(trading.top - trading.bottom)",
    "trading.width",
    ["engine/test/signals/LevelWatch.test.ts"]
  ),
  mutant(
    "the hash of inputs depends on the order of symbols",
    "engine/src/RunRow.ts",
    "lines.toSorted().join",
    "lines.join",
    ["engine/test/RunRow.test.ts"]
  ),
  mutant(
    "a change of a gate's numbers goes unseen",
    "engine/src/Difference.ts",
    "{ gate } : { gate, detail }",
    "{ gate } : { gate }",
    ["engine/test/Difference.test.ts"]
  ),
  mutant(
    "Wilson's centre is the share",
    "engine/src/geometry/Wilson.ts",
    "share + z * z / (2 * n)",
    "share",
    ["engine/test/geometry/Wilson.test.ts"]
  ),
  mutant(
    "a request may go to an address that a carrier shares",
    address,
    "  [\"shared by a carrier\", \"100.64.0.0/10\"],\n",
    "",
    ofHttp
  ),
  mutant(
    "a request may go to this machine by 6to4",
    address,
    "  [\"6to4\", \"2002::/16\"],\n",
    "",
    ofHttp
  ),
  mutant(
    "a request may go to the metadata of a cloud",
    address,
    "  [\"link-local\", \"169.254.0.0/16\"],\n",
    "",
    ofHttp
  ),
  mutant(
    "a request may go to any address of IPv6",
    address,
    "family === 4 || global6?.has(address) === true",
    "family !== 0",
    ofHttp
  ),
  mutant(
    "one public address of a name is enough",
    target,
    "purpose !== expected)",
    "purpose !== expected && purposes.indexOf(expected) < 0)",
    ofHttp
  ),
  mutant(
    "http goes to other machines",
    target,
    "if (expected === \"public\" && !secure)",
    "if (expected === \"private\" && !secure)",
    ofHttp
  ),
  mutant(
    "a URL may hold a user",
    target,
    "if (url.username !== \"\" || url.password !== \"\")",
    "if (url.username === \"\\n\")",
    ofHttp
  ),
  mutant(
    "the connection goes to whatever the name says",
    pinned,
    "    lookup: (_name, { all }, found) => {",
    "    resolved: (_name, { all }, found) => {",
    ofHttp
  ),
  mutant(
    "an answer is read for ever",
    pinned,
    "if (length >= longestAnswer) end()",
    "",
    ofHttp
  ),
  mutant(
    "a request goes on when nobody waits",
    pinned,
    "    return Effect.sync(() => request.destroy())\n",
    "    return Effect.void\n",
    ofHttp
  ),
  mutant(
    "any certificate will do",
    pinned,
    "rejectUnauthorized: true",
    "rejectUnauthorized: false",
    ofTls
  ),
  mutant(
    "a part of a secret that was cut before is kept",
    scrub,
    "most === 0 ? text",
    "most >= 0 ? text",
    ofScrub
  ),
  mutant(
    "a redirect is followed",
    "notify/src/SafeHttp.ts",
    "pinnedPost({ target, address, headers, body }).pipe(",
    `pinnedPost({ target, address, headers, body }).pipe(
      Effect.tap(({ headers: { location } }) =>
        location === undefined ? Effect.void : Effect.promise(() => fetch(location))
      ),`,
    ofHttp
  ),
  mutant(
    "a secret in base64 inside something longer is kept",
    scrub,
    "[0, 1, 2].flatMap((before)",
    "[0].flatMap((before)",
    ofScrub
  ),
  mutant(
    "NUL is kept",
    scrub,
    "/(?![\\t\\n])\\p{Cc}/gu",
    "/(?![\\0\\t\\n])\\p{Cc}/gu",
    ofScrub
  ),
  mutant(
    "a redirect is taken for a mistake in the message",
    answers,
    "(status >= 300 && status < 400) || ",
    "",
    ofAnswers
  ),
  mutant(
    "a receiver may ask to wait for a day",
    answers,
    "const longestWaitMs = 3_600_000",
    "const longestWaitMs = 86_400_000",
    ofAnswers
  ),
  mutant(
    "an old secret signs for ever",
    signature,
    "rotation !== null && now < rotation.rotatedAt + overlapMs",
    "rotation !== null",
    ofSignature
  ),
  mutant(
    "the id of a webhook is not signed",
    signature,
    "update(`${id}.${timestamp}.${message.body}`)",
    "update(`msg.${timestamp}.${message.body}`)",
    ofSignature
  ),
  mutant(
    "the id of a webhook changes with the try",
    signature,
    "\"webhook-id\": id,",
    "\"webhook-id\": `${id}${timestamp}`,",
    ofSignature
  ),
  mutant(
    "entries are kept before exits",
    body,
    "    ...told.filter(isExit),\n",
    "",
    ofBody
  ),
  mutant(
    "what does not fit into one body is left out",
    body,
    "      parts.push(part)\n",
    "",
    ofBody
  ),
  mutant(
    "a value ends the string that it is in",
    template,
    "JSON.stringify(plain(value)).slice(1, -1)",
    "plain(value)",
    ["notify/test/WebhookTemplate.test.ts"]
  ),
  mutant(
    "a text is sent of what is not fresh",
    "notify/src/Webhook.ts",
    "  traded.includes(kind)\n",
    "  kind !== \"alarm\"\n",
    ofWebhook
  ),
  // What destinations are told.
  mutant(
    "markup lets quotes through",
    "notify/src/Markup.ts",
    "/[&<>\"']/g",
    "/[&>\"']/g",
    ["notify/test/Rendering.test.ts"]
  ),
  mutant(
    "an exit is cut like an entry",
    "notify/src/AlertWords.ts",
    "...signals.filter(isExit),\n  ...signals.filter((signal) => !isExit(signal))",
    "...signals.filter((signal) => !isExit(signal)),\n  ...signals.filter(isExit)",
    ["notify/test/Rendering.test.ts"]
  ),
  mutant(
    "rows that just do not fit are shown",
    "notify/src/WholeRows.ts",
    "|| used > room",
    "|| used > room + 600",
    ["notify/test/Rendering.test.ts"]
  ),
  mutant(
    "a subject may begin a header of its own",
    "notify/src/AlertWords.ts",
    "[\\p{Cc}",
    "[\\0",
    ["notify/test/Rendering.test.ts"]
  ),
  mutant(
    "a mail is another one at each try",
    "notify/src/Email.ts",
    "\"idempotency-key\": hashOf(id)",
    "\"idempotency-key\": hashOf(`${id}${now}`)",
    ["notify/test/Delivering.test.ts"]
  ),
  mutant(
    "a day without quota is tried through",
    "notify/src/Email.ts",
    "day - now % day",
    "now % day",
    ["notify/test/Delivering.test.ts"]
  ),
  mutant(
    "a correction begins a thread of its own",
    "notify/src/Slack.ts",
    "root: thread ?? said.ts",
    "root: said.ts",
    ["notify/test/Delivering.test.ts"]
  ),
  mutant(
    "the chat's own wait is passed over",
    "notify/src/Telegram.ts",
    "retryAfterMs: waitMs(parameters.retry_after)",
    "retryAfterMs: null",
    ["notify/test/Delivering.test.ts"]
  ),
  mutant(
    "the first mistake of a destination hides the others",
    "notify/src/DestinationSecrets.ts",
    "[...mistakes(first), ...mistakes(second)]",
    "mistakes(first)",
    ["notify/test/Destinations.test.ts"]
  ),
  // Who is told what, and when.
  mutant(
    "an exit is left out for its score",
    "notify/src/Routing.ts",
    "if (!isEntry(item.type)) return true",
    "",
    ["notify/test/Routing.test.ts"]
  ),
  mutant(
    "a mute lets exits through",
    "notify/src/Routing.ts",
    "if (mute !== null || !judged || !isEntryItem(item)) return mute",
    "if (!judged || !isEntryItem(item)) return null\n    if (mute !== null) return mute",
    ["notify/test/Routing.test.ts"]
  ),
  mutant(
    "what is muted takes a place in a burst",
    "notify/src/Routing.ts",
    "beyond(only(part, (item) => !held.has(item)), maxPerRun)",
    "beyond(part, maxPerRun)",
    ["notify/test/Routing.test.ts"]
  ),
  mutant(
    "transition-only forgets the order in which it was told",
    "notify/src/Routing.ts",
    "toSorted((a, b) => b.barClose - a.barClose)",
    "toSorted((a, b) => a.barClose - b.barClose)",
    ["notify/test/Routing.test.ts"]
  ),
  mutant(
    "a cool-down never ends",
    "notify/src/Routing.ts",
    " && entry.signalTimestamp - barClose < coolDownMinutes * 60_000",
    "",
    ["notify/test/Routing.test.ts"]
  ),
  mutant(
    "quiet hours over midnight end with the day before",
    "notify/src/QuietHours.ts",
    "[-1, 0, 1].map",
    "[0, 1].map",
    ["notify/test/QuietHours.test.ts"]
  ),
  mutant(
    "of an hour that comes twice only the first is quiet",
    "notify/src/QuietHours.ts",
    "stretchOf = (day: Temporal.PlainDate, { from, until }: QuietHours, zone: string): Stretch => ({\n  from: epochMs(day, from, zone, \"earlier\"),\n  until: epochMs(from < until ? day : day.add({ days: 1 }), until, zone, \"later\")",
    "stretchOf = (day: Temporal.PlainDate, { from, until }: QuietHours, zone: string): Stretch => ({\n  from: epochMs(day, from, zone, \"earlier\"),\n  until: epochMs(from < until ? day : day.add({ days: 1 }), until, zone, \"earlier\")",
    ["notify/test/QuietHours.test.ts"]
  ),
  mutant(
    "what is urgent waits with the rest",
    "notify/src/DestinationMessages.ts",
    "told(only(routed.told, urgent), \"/urgent\", {})",
    "told(only(routed.told, urgent), \"/urgent\", { notBefore: until })",
    ["notify/test/RouterDestinations.test.ts"]
  ),
  mutant(
    "a suppressed message has the id of the told one",
    "notify/src/DestinationMessages.ts",
    "message(kept, `/suppressed/${rule}`,",
    "message(kept, \"\",",
    ["notify/test/RouterDestinations.test.ts"]
  ),
  mutant(
    "a correction goes to those who were spared the signal",
    "notify/src/Router.ts",
    "?.some(isFor(listener)) === true",
    " !== undefined",
    ["notify/test/RouterDestinations.test.ts"]
  ),
  mutant(
    "a mute silences what is critical",
    "notify/src/Alarms.ts",
    "if (critical) return rendered(own, listener, {})",
    "",
    ["notify/test/Alarms.test.ts"]
  ),
  mutant(
    "a map learns what becomes known at its instant",
    "monitor/src/MapFit.ts",
    "({ knownAt }) => knownAt < at)",
    "({ knownAt }) => knownAt <= at)",
    ["monitor/test/WalkForward.test.ts"]
  ),
  mutant(
    "a fold is told by maps that know its outcomes",
    "monitor/src/MapFit.ts",
    "({ knownAt }) => knownAt < begins)",
    "({ knownAt }) => knownAt > 0)",
    ["monitor/test/WalkForward.test.ts"]
  ),
  mutant(
    "the map is chosen by the worst log loss",
    "monitor/src/MapFit.ts",
    "logLoss[one] < logLoss[best]",
    "logLoss[one] > logLoss[best]",
    ["monitor/test/WalkForward.test.ts"]
  ),
  mutant(
    "an R of nothing counts as a success",
    "monitor/src/Fill.ts",
    "r > 0",
    "r >= 0",
    ["monitor/test/Calibration.test.ts"]
  ),
  mutant(
    "a rate is told of 29 fills",
    "monitor/src/Rate.ts",
    "n < leastCases",
    "n < leastCases - 1",
    ["monitor/test/Calibration.test.ts"]
  ),
  mutant(
    "confidence 1 is in no bucket",
    "monitor/src/Calibration.ts",
    "Math.min(buckets - 1, Math.floor(score * buckets))",
    "Math.floor(score * buckets)",
    ["monitor/test/Calibration.test.ts"]
  ),
  mutant(
    "resolution is taken from the bin's forecast",
    "monitor/src/ScoreSums.ts",
    "n * (observed - rate) ** 2",
    "n * (forecast - rate) ** 2",
    ["monitor/test/Scores.test.ts"]
  ),
  mutant(
    "what bins measure keeps its bias",
    "monitor/src/Bootstrap.ts",
    "low: mirrored(0.975), high: mirrored(0.025)",
    "low: quantileOf(sorted, 0.025), high: quantileOf(sorted, 0.975)",
    ["monitor/test/Scores.test.ts"]
  ),
  mutant(
    "signals of one slot are drawn apart",
    "monitor/src/Bootstrap.ts",
    "const members = membersOf(slots)",
    "const members = membersOf(slots.map((_, at) => at))",
    ["monitor/test/Edge.test.ts"]
  ),
  mutant(
    "violators are pooled without their weights",
    "monitor/src/Isotonic.ts",
    "y: (a.y * a.weight + b.y * b.weight) / (a.weight + b.weight)",
    "y: (a.y + b.y) / 2",
    ["monitor/test/Isotonic.test.ts"]
  ),
  mutant(
    "Platt's targets are not smoothed",
    "monitor/src/Platt.ts",
    "const high = (events + 1) / (events + 2)",
    "const high = 1",
    ["monitor/test/Platt.test.ts"]
  ),
  mutant(
    "an interval that touches zero is an edge",
    "monitor/src/Edge.ts",
    "low > 0 ?",
    "high > 0 ?",
    ["monitor/test/Edge.test.ts"]
  ),
  mutant(
    "twins are drawn from the first slots alone",
    "monitor/src/RandomEntries.ts",
    "below(fill.slots.length)",
    "below(2)",
    ["monitor/test/RandomEntries.test.ts"]
  ),
  mutant(
    "a drawdown is measured from nothing",
    "monitor/src/Equity.ts",
    "peak = Math.max(peak, equity)",
    "peak = Math.max(0, equity)",
    ["monitor/test/Equity.test.ts"]
  ),
  mutant(
    "uptime counts what was late",
    "monitor/src/Sla.ts",
    "counted: slotsOnTime,",
    "counted: slotsDue,",
    ["monitor/test/Sla.test.ts"]
  ),
  mutant(
    "one slow cycle breaks a promise",
    "monitor/src/Sla.ts",
    "p95 === null || n < leastCases ? null",
    "p95 === null ? null",
    ["monitor/test/Sla.test.ts"]
  ),
  mutant(
    "a run that saw other bars is called the same where it is followed",
    "engine/src/FollowRun.ts",
    "if (seen.hash !== inputs.hash) return null",
    "",
    ["engine/test/Parities.integration.test.ts"]
  ),
  // What became of signals.
  mutant(
    "an exit comes before the stop of its bar",
    "monitor/src/Trial.ts",
    "this.leaveBefore(bar.closeTime)\n",
    "this.leaveBefore(bar.closeTime + 1)\n",
    ofTrial
  ),
  mutant(
    "what is open has a result",
    "monitor/src/Trial.ts",
    "const r = final ? finite(result.r) : null",
    "const r = finite(result.r)",
    ofTrial
  ),
  mutant(
    "the bound of an ambiguous bar forgets its costs",
    "monitor/src/Trial.ts",
    " - costPct / 100 * fill) / Math",
    ") / Math",
    ofTrial
  ),
  mutant(
    "a judge knows no finer bars",
    "monitor/src/TradingBars.ts",
    "part.openTime >= bar.openTime && part.closeTime <= bar.closeTime",
    "part.closeTime <= bar.openTime",
    ["monitor/test/TradingBars.test.ts"]
  ),
  mutant(
    "a bar at the old prices counts as one after its split",
    "monitor/src/SpanPrices.ts",
    "at >= signalAt && at < closeTime",
    "at >= signalAt && at <= closeTime",
    ofAgreement
  ),
  mutant(
    "two workers write the same outcome",
    "db/src/OutcomeStore.ts",
    "where signal.evaluated_at is not distinct from given.read_over",
    "where true",
    ofOutcomeStore
  ),
  mutant(
    "a message tells of outcomes that another worker told",
    "db/src/OutcomeStore.ts",
    "(select count(*) from free) = (select count(*) from given)",
    "true",
    ofOutcomeStore
  ),
  mutant(
    "one outcome that cannot be told keeps the others of its look from being stored",
    "monitor/src/Outcomes.ts",
    "if (news.length > 1) return Effect.succeed(null)",
    "if (news.length > 1) return Effect.die(defect)",
    ["monitor/test/Outcomes.integration.test.ts"]
  ),
  mutant(
    "an outcome that is another one later is not corrected",
    "notify/src/OutcomeMessages.ts",
    "formerEnd(one) !== null || (one.now.decidedAt",
    "(one.now.decidedAt",
    ["notify/test/OutcomeMessages.test.ts"]
  ),
  mutant(
    "revised bars leave an outcome as it is",
    "db/src/NewsOfSpan.ts",
    "kept.replaced_at > ${readFrom}",
    "kept.replaced_at > now()",
    ofOutcomeStore
  ),
  mutant(
    "an outcome is judged by bars that are half-way to the prices after a split",
    "monitor/src/Outcomes.ts",
    "  if (yield* prices.isOver) return null\n",
    "",
    ["monitor/test/Restated.integration.test.ts"]
  ),
  mutant(
    "the last digits of a price are another end",
    "domain/src/Outcome.ts",
    "export const priceTolerance = 1e-8",
    "export const priceTolerance = 0",
    ofOutcomeStore
  ),
  mutant(
    "an outcome that was final is forgotten",
    "db/src/OutcomeStore.ts",
    "where former.decided_at is not null\n",
    "where false\n",
    ofOutcomeStore
  ),
  mutant(
    "a signal is told by the newest map, whatever its time",
    "db/src/CalibrationStore.ts",
    "and in_force_from <= ${at}::timestamptz",
    "",
    ["monitor/test/Calibrating.integration.test.ts"]
  ),
  mutant(
    "a confidence is called a probability where no map was better",
    "monitor/src/SaidOdds.ts",
    "counted === null || counted.map.kind === \"identity\"",
    "counted === null",
    ["monitor/test/SaidOdds.test.ts"]
  ),
  mutant(
    "a replay's maps know what was decided after",
    "monitor/src/WalkForward.ts",
    "fills[known]!.knownAt < signalAt",
    "fills[known]!.signalAt < signalAt",
    ["monitor/test/Calibrating.integration.test.ts"]
  ),
  mutant(
    "calibration counts as degraded within chance",
    "monitor/src/BeyondChance.ts",
    "calibrationError &&= found.error > honest.error",
    "calibrationError &&= found.error > 0",
    ["monitor/test/Degraded.test.ts"]
  ),
  mutant(
    "fills of one bar close count as many when odds are looked at",
    "monitor/src/BeyondChance.ts",
    "const draw = draws[slots[at]!]!",
    "const draw = chance.unit()",
    ["monitor/test/Degraded.test.ts"]
  ),
  mutant(
    "what a destination never took is in no time of delivery",
    "db/src/PerformanceStore.ts",
    "state <> 'suppressed'",
    "state = 'done'",
    ["db/test/PerformanceStore.integration.test.ts"]
  ),
  mutant(
    "a message that was given up at once counts as delivered in time",
    "db/src/PerformanceStore.ts",
    "when state in ('dead', 'expired') then",
    "when false then",
    ["db/test/PerformanceStore.integration.test.ts"]
  ),
  mutant(
    "a day that goes on while its last slot is done is never rolled up",
    "monitor/src/Rollup.ts",
    "[...changed, ...lateSince, ...last === null ? [] : [last]]",
    "[...changed, ...lateSince]",
    ["monitor/test/Rollup.integration.test.ts"]
  ),
  mutant(
    "what nobody has run is not due in the numbers of an hour",
    "monitor/src/Rollup.ts",
    "slots_due: found.slotsEnded + overdue",
    "slots_due: found.slotsEnded",
    ["monitor/test/Rollup.integration.test.ts"]
  ),
  mutant(
    "a message that arrives late changes no hour",
    "db/src/RollupStore.ts",
    "[...yield* ofMessages(seen, until)]",
    "[]",
    ["monitor/test/Rollup.integration.test.ts"]
  ),
  mutant(
    "odds are asked for in a replay's slots",
    "engine/src/PredictionEngine.ts",
    "const found = origin === \"LIVE\" && signals",
    "const found = signals",
    ["monitor/test/OddsOfCycle.integration.test.ts"]
  ),
  mutant(
    "a chart begins without the bars before it",
    "engine/src/GeometrySeries.ts",
    "[...before, ...bars]",
    "bars",
    ["engine/test/GeometrySeries.integration.test.ts"]
  ),
  mutant(
    "a split to come is taken out of a chart",
    "engine/src/PresentPrices.ts",
    "before: yield* (yield* DbClock).now",
    "before: Infinity",
    ["engine/test/GeometrySeries.integration.test.ts"]
  ),
  mutant(
    "a page's cookie changes things for other sites",
    access,
    "caller.kind === \"page\" && !isSafe(request) && !origins.isOwnPage(request)",
    "false",
    ofAccess
  ),
  mutant(
    "the API is read without a key through a proxy",
    access,
    "!passedOn.some((name) => request.headers.has(name))",
    "true",
    ofAccess
  ),
  mutant(
    "whoever may read may administer",
    access,
    "ranks[scope] >= ranks[needed]",
    "ranks[scope] >= ranks.read",
    ["../apps/api/test/AccessTable.integration.test.ts"]
  ),
  mutant(
    "X-Forwarded-For of anybody is believed",
    addresses,
    "if (!isBelieved(client)) return networkOf(client)",
    "",
    ofAddresses
  ),
  mutant(
    "the client is who a request says that it began with",
    addresses,
    "chain.toReversed()",
    "chain",
    ofAddresses
  ),
  mutant(
    "clients without end are told apart",
    "../apps/api/src/RateLimit.ts",
    "this.#minutes.size < this.#most",
    "this.#most > 0",
    ["../apps/api/test/RateLimit.test.ts"]
  ),
  mutant(
    "a name that leads here is a name of the API",
    "../apps/api/src/Origins.ts",
    "host === null || !isOwnName(host.name)",
    "host === null",
    ["../apps/api/test/Origins.test.ts"]
  ),
  mutant(
    "a key that was revoked is good until the API is started again",
    "../apps/api/src/Keys.ts",
    "yield* readSince(now - freshMs)",
    "yield* readSince(-Infinity)",
    ofAccess
  ),
  mutant(
    "each key that nobody has is looked for, however many were tried",
    "../apps/api/src/Keys.ts",
    " || !isHeard()",
    "",
    ofAccess
  ),
  mutant(
    "who may not read any more goes on hearing the stream",
    "../apps/api/src/EventStream.ts",
    "Effect.map(check, () => {",
    "Effect.sync(() => {",
    ["../apps/api/test/EventStream.test.ts"]
  ),
  mutant(
    "that events were lost is not told to those who listen",
    "../apps/api/src/LiveFeed.ts",
    "if (!(yield* isKnown)) {",
    "if (told === null) {",
    ofLiveFeed
  ),
  mutant(
    "who leaves in the middle of its backlog misses the rest",
    "../apps/api/src/LiveFeed.ts",
    "backlog === null ? told : since ?? told",
    "told",
    ofLiveFeed
  ),
  mutant(
    "one client has all streams",
    "../apps/api/src/Streams.ts",
    "own >= mostOfOne || ",
    "",
    ["../apps/api/test/Stream.integration.test.ts"]
  ),
  mutant(
    "a link signs in for ever",
    "db/src/ApiKeyStore.ts",
    "and link_expires_at > now ",
    "",
    ["db/test/ApiKeyStore.integration.test.ts"]
  ),
  mutant(
    "a list has rows as they were",
    "db/src/RowTexts.ts",
    "found === undefined || found.version !== version",
    "found === undefined",
    ["db/test/RowTexts.test.ts"]
  ),
  mutant(
    "levels take a split for a move of price",
    "engine/src/PresentPrices.ts",
    "atPresentPrices(basis, bars, events)",
    "bars",
    ["../apps/api/test/Market.integration.test.ts"]
  ),
  mutant(
    "a correction that is said again is another one",
    "db/src/SignalWords.ts",
    "id in (select id from entry) and not exists (",
    "id in (select id from entry) and true or not exists (",
    ["../apps/api/test/SignalWords.integration.test.ts"]
  ),
  mutant(
    "pages of messages end where one was taken out",
    "db/src/DeliveryHistory.ts",
    "${place.at + 1}::timestamptz",
    "null::timestamptz",
    ["../apps/api/test/Deliveries.integration.test.ts"]
  )
]
