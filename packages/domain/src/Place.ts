/** The row after which a page of a list begins: its instant in epoch milliseconds, and its id among those of that instant. */
export interface Place {
  readonly at: number
  readonly id: string
}
