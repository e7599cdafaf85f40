/** Certificates of a private authority, made by openssl for one run: a good one and those that must be refused. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificate {
  cert: string
  key: string
}

export interface Certificates {
  /** The authority's own certificate, for NODE_EXTRA_CA_CERTS. */
  authority: string
  good: Certificate
  expired: Certificate
  wrongHost: Certificate
  selfSigned: Certificate
}

export function makeCertificates(folder: string): Certificates {
  const openssl = (args: string): void => {
    execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'ignore' })
  }
  const read = (name: string): Certificate => ({
    cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
    key: readFileSync(join(folder, `${name}.key`), 'utf8'),
  })
  // A key on a curve takes a tenth of the time of an RSA key.
  const request = 'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
  const root = (name: string): void => {
    openssl(`${request} -x509 -days 2 -subj /CN=${name} -keyout ${name}.key -out ${name}.pem`)
  }
  const signed = (name: string, days: number, hosts: string): Certificate => {
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${hosts}`)
    openssl(`${request} -subj /CN=${name} -keyout ${name}.key -out ${name}.csr`)
    const authority = '-CA authority.pem -CAkey authority.key -CAcreateserial'
    const files = `-in ${name}.csr -extfile ${name}.ext -out ${name}.pem`
    openssl(`x509 -req ${authority} -days ${days} ${files}`)
    return read(name)
  }
  root('authority')
  root('localhost')
  return {
    authority: join(folder, 'authority.pem'),
    good: signed('good', 2, 'DNS:localhost,DNS:api.example.test,IP:127.0.0.1'),
    expired: signed('expired', -1, 'DNS:localhost,IP:127.0.0.1'),
    wrongHost: signed('other', 2, 'DNS:other.example.test'),
    selfSigned: read('localhost'),
  }
}
