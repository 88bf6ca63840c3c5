/** Writes the schema of what a webhook sends, as it is published: `bun packages/notify/examples/webhookSchema.ts`. */
import { webhookJsonSchema } from "../src/WebhookBody.ts"

const file = new URL("../../../docs/webhook.schema.json", import.meta.url).pathname
await Bun.write(file, `${JSON.stringify(webhookJsonSchema(), null, 2)}\n`)
console.log("docs/webhook.schema.json")
