/** Everything that the API serves. */
import { analysisRoutes } from "./Analysis.ts"
import { barRoutes } from "./Bars.ts"
import { deliveryRoutes } from "./Deliveries.ts"
import { evidenceRoutes } from "./Evidence.ts"
import { keyRoutes } from "./Keys.ts"
import { levelRoutes } from "./Levels.ts"
import { pageRoutes } from "./Page.ts"
import { performanceRoutes } from "./Performance.ts"
import { runRoutes } from "./Runs.ts"
import { signalRoutes } from "./Signals.ts"
import { symbolRoutes } from "./Symbols.ts"
import { systemRoutes } from "./System.ts"

export const routes = {
  ...signalRoutes,
  ...runRoutes,
  ...symbolRoutes,
  ...barRoutes,
  ...levelRoutes,
  ...analysisRoutes,
  ...evidenceRoutes,
  ...performanceRoutes,
  ...deliveryRoutes,
  ...systemRoutes,
  ...keyRoutes,
  ...pageRoutes
}
export type Routes = typeof routes
export type RouteName = keyof Routes
