// A visit by Puppeteer: node puppeteer.mjs URL click|steps|ghost_cursor
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const puppeteer = require("puppeteer-core");
const [url, how] = process.argv.slice(2);
const targets = Array.from({ length: 9 }, (_, i) => `#target-${i + 1}`);

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM, headless: true, args: ["--no-sandbox", "--window-size=1400,1000"],
  defaultViewport: { width: 1400, height: 1000 },
});
const page = await browser.newPage();
await page.goto(url);
await page.waitForSelector(targets[8]);
await new Promise((done) => setTimeout(done, 500));
const ways = {
  click: async () => { for (const target of targets) await page.click(target); },
  steps: async () => {
    for (const target of targets) {
      const box = await (await page.$(target)).boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 25 });
      await page.mouse.down();
      await page.mouse.up();
    }
  },
  ghost_cursor: async () => {
    const { createCursor } = require("ghost-cursor");
    const cursor = createCursor(page);
    for (const target of targets) await cursor.click(target);
  },
};
await ways[how]();
await page.evaluate(() => window.dispatchEvent(new Event("pagehide")));
await new Promise((done) => setTimeout(done, 1000));
await browser.close();
