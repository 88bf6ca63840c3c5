/** Everything that the API serves. */
import { deliveryRoutes } from "./Deliveries.ts"
import { evidenceRoutes } from "./Evidence.ts"
import { marketRoutes } from "./Market.ts"
import { runRoutes } from "./Runs.ts"
import { signalRoutes } from "./Signals.ts"
import { systemRoutes } from "./System.ts"

export const routes = {
  ...signalRoutes,
  ...runRoutes,
  ...marketRoutes,
  ...evidenceRoutes,
  ...deliveryRoutes,
  ...systemRoutes
}
export type Routes = typeof routes
export type RouteName = keyof Routes
