/**
 * A reporter that says at the end how many tests were skipped, and why: the `(needs …)` of their titles. A skipped test without a reason fails the run.
 */
export default class SkippedReporter {
  onInit({ config }) {
    this.isFiltered = config.testNamePattern !== undefined; // what -t leaves out counts as skipped
  }

  onTestRunEnd(modules) {
    if (this.isFiltered) return;
    const counts = new Map();
    const silent = [];
    for (const module of modules)
      for (const test of module.children.allTests('skipped')) {
        const reason = test.fullName.match(/\((?:skipped: )?needs ([^)]+)\)/)?.[1];
        if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
        else silent.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    for (const [reason, count] of [...counts].sort())
      console.log(`skipped: ${count} ${count === 1 ? 'test needs' : 'tests need'} ${reason}`);
    if (silent.length === 0) return;
    console.error(`skipped without a reason; end their titles with (needs …):\n${silent.join('\n')}`);
    process.exitCode = 1;
  }
}
