/** Lets a click on a heading sort its table; the page reads as well without it. */
export const tableSortScript = `
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector('button')?.addEventListener('click', () => {
    const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const number = head.classList.contains('number');
    const down = head.hasAttribute('aria-sort') ? head.getAttribute('aria-sort') === 'ascending' : number;
    const compare = (a, b) => number ? Number(key(a)) - Number(key(b)) : key(a).localeCompare(key(b), 'en', { numeric: true });
    const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? -1 : 1) * compare(a, b));
    for (const other of heads) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    table.tBodies[0].append(...rows);
  }));
}
`;

/** SHA-256 of the script, for the page's content security policy: the only script that a browser will run there. */
export const tableSortHash = 'sha256-zMjODLZvou9fwkCKw/V4C04FOO05Ar89/u2rQT6HDPg=';
