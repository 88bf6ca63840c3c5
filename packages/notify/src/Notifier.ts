/** The commands that show a note on a desktop, and how each takes texts without reading more into them. */

export interface Notifier {
  readonly command: string
  readonly arguments: (title: string, body: string, urgent: boolean) => ReadonlyArray<string>
}

export const notifierOf = (platform: string): Notifier | null => {
  switch (platform) {
    case "linux":
      return notifySend
    case "darwin":
      return osascript
    case "win32":
      return powershell
    default:
      return null
  }
}

/** The body is markup by the Desktop Notifications Specification; what comes after `--` is no option. */
const notifySend: Notifier = {
  command: "notify-send",
  arguments: (title, body, urgent) => [
    "--app-name=dgas",
    `--urgency=${urgent ? "critical" : "normal"}`,
    "--",
    title,
    body.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
  ]
}

/** The script is the same for every note; the texts are its arguments. The first begins with a word, so it is no option. */
const osascript: Notifier = {
  command: "osascript",
  arguments: (title, body) => [
    "-e",
    "on run argv",
    "-e",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "-e",
    "end run",
    `dgas: ${title}`,
    body
  ]
}

/** PowerShell reads a command of all its arguments, so the texts come in base64, which has neither quote nor blank. */
const powershell: Notifier = {
  command: "powershell.exe",
  arguments: (
    title,
    body
  ) => ["-NoProfile", "-NonInteractive", "-EncodedCommand", base64(toast(title, body), "utf16le")]
}

const base64 = (text: string, encoding: "utf8" | "utf16le"): string => Buffer.from(text, encoding).toString("base64")

const toast = (title: string, body: string): string => `
$ErrorActionPreference = 'Stop'
$texts = '${base64(title, "utf8")}', '${base64(body, "utf8")}' |
  ForEach-Object { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($_)) }
[void][Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$template = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($template)
$nodes = $xml.GetElementsByTagName('text')
foreach ($at in 0, 1) { [void]$nodes.Item($at).AppendChild($xml.CreateTextNode($texts[$at])) }
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app).Show(
  [Windows.UI.Notifications.ToastNotification]::new($xml))
`
