import type { StepEvent } from '../events';

/** `1:05`, `2:00:07`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** One line for a terminal: bar, steps, epoch, loss, speed, time left. */
export function progressLine(
  { step, totalSteps, epoch, loss, tokensPerSecond, secondsLeft }: StepEvent,
  width = 24,
): string {
  const full = Math.round((width * step) / totalSteps);
  const bar = '█'.repeat(full) + '░'.repeat(width - full);
  const speed = `${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s`;
  return `${bar} ${step}/${totalSteps}  epoch ${epoch}  loss ${loss.toFixed(4)}  ${speed}  ${formatDuration(secondsLeft)} left`;
}
