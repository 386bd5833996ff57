#!/usr/bin/env node
import { main } from './main';
import { abortOnInterrupt } from './program/process';

const { stdin, stdout, stderr, env } = process;

main(process.argv.slice(2), { stdin, stdout, stderr, env, signal: abortOnInterrupt(process) }).then((code) => {
  // After a signal, unfinished work would keep the process alive.
  if (code > 128) process.exit(code);
  process.exitCode = code;
});
