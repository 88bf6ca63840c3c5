/** Who looks, the configuration in force, and the keys. Nothing of the configuration is changed here: it is a file. */
import { useAnswer } from "../answers.ts"
import { mayAdmin } from "../caller.ts"
import { Card } from "../parts/Card.tsx"
import { Shown } from "../parts/Shown.tsx"
import { Tree } from "../parts/Tree.tsx"
import { Destinations } from "./deliveries/Destinations.tsx"
import { Keys } from "./settings/Keys.tsx"
import { WhoAmI } from "./settings/WhoAmI.tsx"

const Sections = ({ config }: { readonly config: Readonly<Record<string, unknown>> }) => (
  <>
    {Object.entries(config).map(([name, value]) => (
      <details key={name} open={typeof value !== "object"}>
        <summary>{name}</summary>
        <Tree value={value} />
      </details>
    ))}
  </>
)

export const Settings = () => {
  const config = useAnswer("getConfig", {})
  return (
    <div class="grid">
      <div class="stack">
        <Card title="Who is looking">
          <WhoAmI />
        </Card>
        {!mayAdmin.value && (
          <Card title="API keys">
            <p class="empty">
              Keys are shown to those who are signed in as admin. On the machine itself: bun run report keys list
            </p>
          </Card>
        )}
      </div>
      <Card title="Configuration">
        <p class="soft">
          As the API has read it from dgas.config.ts, without secrets. To change it, edit the file and start again.
        </p>
        <Shown answer={config}>{(found) => <Sections config={found} />}</Shown>
      </Card>
      {mayAdmin.value && (
        <Card title="API keys" wide>
          <Keys />
        </Card>
      )}
      <Destinations />
    </div>
  )
}
