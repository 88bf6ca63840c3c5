/**
 * Lets a number of jobs in at a time, in order.
 *
 * It stands before the driver's own queue, which would put a statement behind another one on a busy connection.
 */
export class Gate {
  private free: number
  private readonly queue = new Set<() => void>()

  constructor(free: number) {
    this.free = free
  }

  /**
   * Begins `job` as soon as there is room. The job calls `leave` when it is over; only the first call counts. What
   * comes back withdraws a job that has not begun, and says whether it had not.
   */
  enter(job: (leave: () => void) => void): () => boolean {
    const begin = () => {
      let inside = true
      job(() => {
        if (inside) this.next()
        inside = false
      })
    }
    if (this.free > 0) {
      this.free--
      // Not before the caller holds what `enter` gives back.
      queueMicrotask(begin)
    } else this.queue.add(begin)
    return () => this.queue.delete(begin)
  }

  private next(): void {
    const [begin] = this.queue
    if (begin === undefined) {
      this.free++
      return
    }
    this.queue.delete(begin)
    begin()
  }
}
