// Node-RED whose editor asks for a log-in, in a dialog of its own.
const { createRequire } = require('node:module')
const bcrypt = createRequire(require.main.filename)('bcryptjs')

module.exports = {
  logging: { console: { level: 'off' } },
  telemetry: { enabled: false },
  editorTheme: { tours: false },
  adminAuth: {
    type: 'credentials',
    users: [
      { username: 'ada', password: bcrypt.hashSync('analytical engine', 4), permissions: '*' },
    ],
  },
}
