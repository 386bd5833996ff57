import { existsSync, readdirSync } from 'node:fs';

const isSoftware = /swiftshader|lavapipe|lvp_icd/i;

/**
 * Whether programs can reach a GPU that is a device, not a program that acts as one: what `auto` counts.
 * Only Linux tells; elsewhere there is taken to be one.
 */
export function hasHardwareGpu(): boolean {
  if (process.platform !== 'linux') return true;
  const { VK_ICD_FILENAMES = '', VK_DRIVER_FILES = '' } = process.env;
  if (isSoftware.test(VK_ICD_FILENAMES + VK_DRIVER_FILES)) return false;
  const renderers = existsSync('/dev/dri') ? readdirSync('/dev/dri').filter((name) => name.startsWith('renderD')) : [];
  return renderers.length > 0 || existsSync('/dev/nvidia0') || existsSync('/dev/dxg');
}
