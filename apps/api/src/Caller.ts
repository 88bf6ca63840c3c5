/** Who asks: nobody known, a key, or a page that was signed in. */
import type { Scope } from "@dgas/domain/Scope"

export interface Caller {
  readonly kind: "none" | "key" | "page"
  /** Of the key: what stands in the database where something is done in its name. */
  readonly name: string | null
  /** Beginning of the key; null of none. */
  readonly prefix: string | null
  readonly scopes: ReadonlyArray<Scope>
}

/** By which what is done is signed. Whoever may write has a key, and so a name. */
export const nameOf = ({ kind, name }: Caller): string => name ?? kind
