// Says to a server what aw-watcher-web 0.5 says through aw-client-js: the same methods, paths, headers
// and bodies in the same order. Written from reading them; the test starts it with `watch`.
"use strict";

const post = (base, path, body) =>
  fetch(`${base}/api${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

// A heartbeat first; when it fails the bucket, then the heartbeat again.
async function heartbeat(base, bucket, hostname, timestamp, data) {
  const path = `/0/buckets/${bucket}/heartbeat?pulsetime=80`;
  const beat = { data, duration: 0, timestamp };
  let answer = await post(base, path, beat);
  if (answer.status >= 300) {
    const made = await post(base, `/0/buckets/${bucket}`, { client: "aw-client-web", type: "web.tab.current", hostname });
    if (made.status >= 300 && made.status !== 304) return made.status;
    answer = await post(base, path, beat);
  }
  return answer.status < 300 ? new Date((await answer.json()).timestamp).getTime() : answer.status;
}

async function watch(base) {
  const { hostname } = await (await fetch(`${base}/api/0/info`, {})).json();
  const bucket = `aw-watcher-web-chrome_${hostname}`;
  const said = [];
  let previous = null;
  const beat = async (tab) => {
    if (!tab?.url || !tab.title) return;
    const { url, title, audible, incognito } = tab;
    const data = { url, title, audible: audible ?? false, incognito, tabCount: (await chrome.tabs.query({})).length };
    const now = new Date();
    if (previous && JSON.stringify(previous) !== JSON.stringify(data)) {
      said.push(await heartbeat(base, bucket, hostname, new Date(now.getTime() - 1), previous));
    }
    said.push(await heartbeat(base, bucket, hostname, now, data));
    previous = data;
  };
  chrome.tabs.onActivated.addListener(async ({ tabId }) => beat(await chrome.tabs.get(tabId)));
  await beat((await chrome.tabs.query({ active: true, currentWindow: true }))[0]);
  globalThis.said = said;
  return bucket;
}
