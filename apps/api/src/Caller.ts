/** Who asks: nobody known, a key, or a page that was signed in. */
import type { Scope } from "@dgas/contract/System"

export interface Caller {
  readonly kind: "none" | "key" | "page"
  /** Of the key: what stands in the database where something is done in its name. */
  readonly name: string | null
  /** Beginning of the key; null of none. */
  readonly prefix: string | null
  readonly scopes: ReadonlyArray<Scope>
}
