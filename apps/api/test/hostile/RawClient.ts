/** One connection that sends bytes and reads the status that is answered; made anew when it was closed. */
import type { Socket } from "bun"

export interface Status {
  /** 0 where the connection was closed without an answer. */
  readonly status: number
  /** The beginning of the answer. */
  readonly text: string
}

/** Longer than the API itself waits for anything. */
const patienceMs = 30_000

export class RawClient {
  readonly #host: string
  readonly #port: number
  #socket: Socket<undefined> | null = null
  #received = Buffer.alloc(0)
  #head = false
  #done: ((status: Status) => void) | null = null

  constructor(host: string, port: number) {
    this.#host = host
    this.#port = port
  }

  async ask(bytes: Uint8Array, head: boolean): Promise<Status> {
    this.#socket ??= await this.#connect()
    this.#received = Buffer.alloc(0)
    this.#head = head
    const { promise, resolve } = Promise.withResolvers<Status>()
    this.#done = resolve
    this.#write(this.#socket, bytes)
    const limit = setTimeout(() => this.#end({ status: -1, text: "no answer" }), patienceMs)
    const status = await promise
    clearTimeout(limit)
    return status
  }

  close(): void {
    this.#socket?.terminate()
    this.#socket = null
  }

  #left: Uint8Array = new Uint8Array()

  #write(socket: Socket<undefined>, bytes: Uint8Array): void {
    const sent = Math.max(0, socket.write(bytes))
    this.#left = bytes.subarray(sent)
  }

  #end(status: Status): void {
    const done = this.#done
    this.#done = null
    // Whatever is still to come belongs to no later request.
    if (status.status <= 0) this.close()
    done?.(status)
  }

  #connect(): Promise<Socket<undefined>> {
    return Bun.connect({
      hostname: this.#host,
      port: this.#port,
      socket: {
        data: (socket, bytes) => {
          if (socket !== this.#socket) return
          this.#received = Buffer.concat([this.#received, bytes])
          this.#look()
        },
        drain: (socket) => {
          if (socket === this.#socket && this.#left.length > 0) this.#write(socket, this.#left)
        },
        close: (socket) => this.#closed(socket),
        error: (socket) => this.#closed(socket)
      }
    })
  }

  #closed(socket: Socket<undefined>): void {
    if (socket !== this.#socket) return
    this.#socket = null
    const status = statusOf(this.#received)
    this.#done?.({ status, text: this.#received.subarray(0, 400).toString("latin1") })
    this.#done = null
  }

  /** Whether the answer is there: all of it, or its head where it has no end or no known length. */
  #look(): void {
    const end = this.#received.indexOf("\r\n\r\n")
    if (end < 0 || this.#done === null) return
    const head = this.#received.subarray(0, end).toString("latin1")
    const status = statusOf(this.#received)
    if (status >= 100 && status < 200) {
      // The answer is still to come.
      this.#received = this.#received.subarray(end + 4)
      return this.#look()
    }
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
    const empty = this.#head || status === 204 || status === 304
    if (!empty && length !== undefined && this.#received.length < end + 4 + Number(length)) return
    const closes = /\r\nconnection: close/i.test(head) || (!empty && length === undefined)
    const text = this.#received.subarray(0, 400).toString("latin1")
    if (closes) this.close()
    this.#end({ status, text })
  }
}

const statusOf = (received: Buffer): number =>
  Number(/^HTTP\/1\.1 (\d{3}) /.exec(received.subarray(0, 20).toString("latin1"))?.[1] ?? 0)
