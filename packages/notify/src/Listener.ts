/** Who can be told: every destination of the configuration, and the console. */
import type { Addressee } from "@dgas/db/ToldStore"
import type { Config } from "@dgas/domain/Config"
import type { Wishes } from "@dgas/domain/DestinationConfig"
import type { Channel } from "./Channel.ts"
import { consoleChannel } from "./Console.ts"

export interface Listener {
  /** As the outbox names it. */
  readonly name: string
  readonly channel: Pick<Channel, "channel" | "threads" | "render">
  readonly wishes: Wishes
}

/** The console first. */
export const listenersOf = (config: Config, destinations: ReadonlyArray<Listener>): ReadonlyArray<Listener> => [
  { name: "terminal", channel: consoleChannel, wishes: config.channels.console },
  ...destinations
]

/** As messages name it. */
export const addresseeOf = ({ channel: { channel }, name }: Listener): Addressee => ({ channel, destination: name })

/** As schedules, mutes and people name it: `terminal` may be another one's name. */
export const knownAs = ({ channel, name }: Listener): string => channel.channel === "console" ? "console" : name
