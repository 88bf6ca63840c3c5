/** Who looks at the page by what right, and the way out. */
import { caller, mayWrite, signOut } from "../../caller.ts"
import { zone } from "../../now.ts"
import { Action } from "../../parts/Action.tsx"
import { Facts } from "../../parts/Facts.tsx"

const leave = async () => {
  await signOut()
  return "signed out"
}

const kinds = {
  none: "nobody known, from this machine",
  key: "an API key",
  page: "a page that was signed in"
} as const

export const WhoAmI = () => {
  const who = caller.value
  if (who === null) return <p class="empty">Not known yet.</p>
  return (
    <>
      <Facts
        facts={[
          ...who.name === null ? [] : [{ name: "name", value: who.name }],
          { name: "who", value: kinds[who.kind] },
          { name: "may", value: who.scopes.length === 0 ? "nothing" : who.scopes.join(", ") },
          { name: "times shown in", value: zone },
          { name: "zone of the configuration", value: who.timeZone },
          { name: "version", value: who.version }
        ]}
      />
      {!mayWrite.value && (
        <p>
          This page may read. To acknowledge, correct, mute or send again, sign it in by a link, which is made on the
          machine that runs dgas: <code>bun run report keys link</code>
        </p>
      )}
      {who.kind === "page" && <Action act={leave}>Sign out</Action>}
      <p>
        <a href="/docs">Reference of the API</a>
      </p>
    </>
  )
}
