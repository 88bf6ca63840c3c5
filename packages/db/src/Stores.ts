/** All stores over one database. Each takes `Sql`, and those that decide by time take `DbClock`. */
import * as Layer from "effect/Layer"
import { AlarmStore } from "./AlarmStore.ts"
import { ApiKeyStore } from "./ApiKeyStore.ts"
import { BackfillStore } from "./BackfillStore.ts"
import { BarChangeStore } from "./BarChangeStore.ts"
import { BarPages } from "./BarPages.ts"
import { BarQualityStore } from "./BarQualityStore.ts"
import { BarStore } from "./BarStore.ts"
import { CalibrationStore } from "./CalibrationStore.ts"
import { ChoreStore } from "./ChoreStore.ts"
import { DayStore } from "./DayStore.ts"
import { DeliveryHistory } from "./DeliveryHistory.ts"
import { DeliveryReplay } from "./DeliveryReplay.ts"
import { DeliveryStore } from "./DeliveryStore.ts"
import { DestinationStore } from "./DestinationStore.ts"
import { EntryTerms } from "./EntryTerms.ts"
import { FeedStore } from "./FeedStore.ts"
import { GaugeStore } from "./GaugeStore.ts"
import { HealthStore } from "./HealthStore.ts"
import { InstrumentStore } from "./InstrumentStore.ts"
import { LateStore } from "./LateStore.ts"
import { LevelEventStore } from "./LevelEventStore.ts"
import { MetricStore } from "./MetricStore.ts"
import { MuteStore } from "./MuteStore.ts"
import { OptionStore } from "./OptionStore.ts"
import { OutboxStore } from "./OutboxStore.ts"
import { OutcomeHistory } from "./OutcomeHistory.ts"
import { OutcomeStore } from "./OutcomeStore.ts"
import { PerformanceStore } from "./PerformanceStore.ts"
import { PriceEventStore } from "./PriceEventStore.ts"
import { RollupStore } from "./RollupStore.ts"
import { RunPages } from "./RunPages.ts"
import { RunRequestStore } from "./RunRequestStore.ts"
import { RunStore } from "./RunStore.ts"
import { SchedulerStateStore } from "./SchedulerStateStore.ts"
import { SignalDetails } from "./SignalDetails.ts"
import { SignalPages } from "./SignalPages.ts"
import { SignalStore } from "./SignalStore.ts"
import { SignalWords } from "./SignalWords.ts"
import { SlotHistory } from "./SlotHistory.ts"
import { SlotPages } from "./SlotPages.ts"
import { SlotStore } from "./SlotStore.ts"
import { SymbolPages } from "./SymbolPages.ts"
import { ToldStore } from "./ToldStore.ts"

export const layer = Layer.mergeAll(
  BackfillStore.layer,
  BarChangeStore.layer,
  BarPages.layer,
  BarQualityStore.layer,
  BarStore.layer,
  CalibrationStore.layer,
  ChoreStore.layer,
  AlarmStore.layer,
  ApiKeyStore.layer,
  DayStore.layer,
  DeliveryHistory.layer,
  DeliveryReplay.layer,
  DeliveryStore.layer,
  DestinationStore.layer,
  EntryTerms.layer,
  FeedStore.layer,
  GaugeStore.layer,
  HealthStore.layer,
  InstrumentStore.layer,
  LateStore.layer,
  LevelEventStore.layer,
  MetricStore.layer,
  MuteStore.layer,
  OptionStore.layer,
  PerformanceStore.layer,
  OutboxStore.layer,
  OutcomeHistory.layer,
  OutcomeStore.layer,
  PriceEventStore.layer,
  RollupStore.layer,
  RunPages.layer,
  RunRequestStore.layer,
  RunStore.layer,
  SchedulerStateStore.layer,
  SignalDetails.layer,
  SignalPages.layer,
  SignalStore.layer,
  SignalWords.layer,
  SlotHistory.layer,
  SlotPages.layer,
  SlotStore.layer,
  SymbolPages.layer,
  ToldStore.layer
)
