import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The system's Chromium, without a window. @throws Error that says how to get one. */
export function launchChromium(): Promise<Browser> {
  const executablePath = places.find((path) => path !== '' && existsSync(path));
  if (executablePath === undefined)
    throw new Error(
      'There is no Chromium to look at the console with. Install one (Debian: apt-get install -y chromium), or name one in CHROMIUM.',
    );
  // Its sandbox needs rights that a container rarely has; what it opens here is ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
