/** Messages and what became of them, the destinations that they go to, and what nobody is told of. */
import { Destinations } from "./deliveries/Destinations.tsx"
import { MessageList } from "./deliveries/MessageList.tsx"
import { Mutes } from "./deliveries/Mutes.tsx"

export const Deliveries = () => (
  <div class="grid">
    <Destinations />
    <MessageList />
    <Mutes />
  </div>
)
