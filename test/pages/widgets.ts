/** Small pages around the libraries, as their documentations show them. All have the same 60 people. */

const PEOPLE = `const people = Array.from({ length: 60 }, (_, i) => ({ id: i + 1, name: 'P' + (i + 1), city: ['Oslo', 'Rome', 'Bern'][i % 3], age: 20 + i }))`

const page = (title: string, head: string, body: string): string =>
  `<!doctype html><title>${title}</title>${head}<h1>${title}</h1>${body}`
const script = (path: string): string => `<script src="/npm/${path}"></script>`
const style = (path: string): string => `<link rel="stylesheet" href="/npm/${path}">`

const GRID_HEAD = `${script('ag-grid-community/dist/ag-grid-community.min.js')}`
const ROWS = `<table id="t"><thead><tr><th>Name</th><th>City</th><th>Age</th></tr></thead><tbody></tbody></table>
  <script>${PEOPLE}; document.querySelector('#t tbody').innerHTML = people.map((p) => '<tr><td>' + p.name + '</td><td>' + p.city + '</td><td>' + p.age + '</td></tr>').join('')</script>`
const dataTable = (options: string): string =>
  page(
    'Staff',
    style('datatables.net-dt/css/dataTables.dataTables.min.css') +
      script('jquery/dist/jquery.min.js') +
      script('datatables.net/js/dataTables.min.js'),
    `${ROWS}<script>new DataTable('#t', ${options})</script>`,
  )
const tabulator = (options: string): string =>
  page(
    'Staff',
    style('tabulator-tables/dist/css/tabulator.min.css') +
      script('tabulator-tables/dist/js/tabulator.min.js'),
    `<div id="t"></div><script>${PEOPLE}; new Tabulator('#t', { data: people, columns: [{ title: 'Name', field: 'name' }, { title: 'City', field: 'city' }, { title: 'Age', field: 'age' }], ${options} })</script>`,
  )
const agGrid = (options: string): string =>
  page(
    'Staff',
    GRID_HEAD,
    `<div id="t" style="height:320px;width:700px"></div><script>${PEOPLE}; agGrid.createGrid(document.querySelector('#t'), { rowData: people, columnDefs: [{ headerName: 'Name', field: 'name' }, { headerName: 'City', field: 'city' }, { headerName: 'Age', field: 'age' }], ${options} })</script>`,
  )

export const WIDGETS: Record<string, string> = {
  'datatables.html': dataTable('{ order: [] }'),
  'datatables-scroll.html': dataTable(`{ order: [], scrollY: '200px', paging: false }`),
  'datatables-numbers.html': dataTable(`{ order: [], pagingType: 'numbers', pageLength: 25 }`),
  'tabulator.html': tabulator(`height: '220px'`),
  'tabulator-pages.html': tabulator(`pagination: true, paginationSize: 10`),
  'tabulator-groups.html': tabulator(`groupBy: 'city', groupStartOpen: false`),
  'ag-grid.html': agGrid(''),
  'ag-grid-pages.html': agGrid('pagination: true, paginationPageSize: 20'),
  'ag-grid-pinned.html': agGrid('').replace(`field: 'name' }`, `field: 'name', pinned: 'left' }`),
  'gridjs.html': page(
    'Staff',
    style('gridjs/dist/theme/mermaid.min.css') + script('gridjs/dist/gridjs.umd.js'),
    `<div id="t"></div><script>${PEOPLE}; new gridjs.Grid({ columns: ['Name', 'City', 'Age'], search: true, pagination: { limit: 10 }, data: people.map((p) => [p.name, p.city, p.age]) }).render(document.querySelector('#t'))</script>`,
  ),
  'select2.html': page(
    'Order',
    style('select2/dist/css/select2.min.css') +
      script('jquery/dist/jquery.min.js') +
      script('select2/dist/js/select2.min.js'),
    `<label for="c">Country</label> <select id="c" style="width:200px"><option>Denmark</option><option>Norway</option><option>Sweden</option></select>
    <label for="s">Sizes</label> <select id="s" multiple style="width:200px"><option>Small</option><option>Large</option></select>
    <p>Saved: <output id="o" aria-label="Saved">none</output></p><script>$('select').select2().on('change', () => { o.textContent = $('#c').val() + ' ' + $('#s').val().join('+') })</script>`,
  ),
  'shoelace.html': page(
    'Order',
    style('@shoelace-style/shoelace/cdn/themes/light.css') +
      `<script type="module" src="/npm/@shoelace-style/shoelace/cdn/shoelace.js"></script>`,
    `<form id="f"><sl-input label="Name" name="name"></sl-input><sl-textarea label="Note" name="note"></sl-textarea>
    <sl-select label="Fruit" name="fruit"><sl-option value="apple">Apple</sl-option><sl-option value="pear">Pear</sl-option></sl-select>
    <sl-checkbox name="wrap">Gift wrap</sl-checkbox><sl-switch name="fast">Express</sl-switch>
    <sl-radio-group label="Size" name="size"><sl-radio value="s">Small</sl-radio><sl-radio value="l">Large</sl-radio></sl-radio-group>
    <sl-button type="submit" variant="primary">Save order</sl-button></form>
    <sl-button id="open">Show help</sl-button><sl-dialog label="Help" id="d">Ask us.<sl-button slot="footer" id="close">Got it</sl-button></sl-dialog>
    <sl-tab-group><sl-tab slot="nav" panel="a">General</sl-tab><sl-tab slot="nav" panel="b">Billing</sl-tab><sl-tab-panel name="a">All</sl-tab-panel><sl-tab-panel name="b"><p>Plan: Gold</p></sl-tab-panel></sl-tab-group>
    <sl-details summary="Shipping"><p>Carrier: Blue Bird</p></sl-details>
    <p>Saved: <output id="o" aria-label="Saved">nothing</output></p><script type="module">
    f.onsubmit = (e) => { e.preventDefault(); o.textContent = [...new FormData(f)].filter(([, v]) => v).map(([k, v]) => k + '=' + v).sort().join('&') }
    document.querySelector('#open').onclick = () => d.show(); document.querySelector('#close').onclick = () => { d.hide(); o.textContent = 'help read' }</script>`,
  ),
}
