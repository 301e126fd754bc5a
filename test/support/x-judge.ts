import { existsSync, readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { realData } from './real-data.ts'

/** One request to X and what it was answered; `as`: with whose token. */
export type Exchange = {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  as: 'account' | 'app'
  status: number
  answer: unknown
}

/** Says what of an exchange, or of a line of a stream, X's own description of its API does not allow. */
export type Judge = { exchange(exchange: Exchange): string[]; event(event: unknown): string[] }

type Parameter = { name?: string; $ref?: string; in?: string; required?: boolean; schema?: Schema }
type Schema = { type?: string; items?: { type?: string } }
type Operation = {
  parameters?: Parameter[]
  requestBody?: object
  responses: Record<string, object>
  security?: Record<string, unknown>[]
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: {
    parameters: Record<string, Parameter>
    schemas: Record<string, { discriminator?: { mapping: object } }>
  }
}

const file = realData('api-payloads/x-openapi-docs/openapi.json')

/** Null, said loudly, where X's OpenAPI file is not there: then nothing says that the fake speaks as X does. */
export function judgeOfX(): Judge | null {
  if (existsSync(file)) return new OpenApiJudge(JSON.parse(readFileSync(file, 'utf8')) as Document)
  console.warn(`UNVALIDATED: ${file} is not there, so nothing is held against X's own description of its API.`)
  return null
}

class OpenApiJudge implements Judge {
  readonly #document: Document
  readonly #ajv = new Ajv({ strict: false, validateSchema: false, validateFormats: false })
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(document: Document) {
    this.#document = document
    this.#ajv.addSchema(document, 'x')
  }

  exchange(exchange: Exchange): string[] {
    const { method, path, body, status, answer, as } = exchange
    const where = `${method} ${path}`
    const templates = Object.keys(this.#document.paths)
    const template = templates.find(each => each === path) ?? templates.find(each => matches(each, path))
    const operation = template === undefined ? undefined : this.#document.paths[template]?.[method.toLowerCase()]
    if (template === undefined || operation === undefined) return [`${where}: there is no such operation`]
    const pointer = `/paths/${escaped(template)}/${method.toLowerCase()}`
    const allowed = (operation.security ?? []).flatMap(each => Object.keys(each))
    const needed = as === 'app' ? 'BearerToken' : 'OAuth2UserToken'
    return [
      ...(allowed.includes(needed) ? [] : [`${where}: may not be asked as ${as}`]),
      ...this.#query(where, pointer, operation, exchange.query),
      ...(operation.requestBody === undefined
        ? []
        : this.#fits(where, `${pointer}/requestBody/content/application~1json/schema`, body)),
      ...(status >= 300
        ? []
        : this.#fits(
            `${where} → ${status}`,
            `${pointer}/responses/${status}/content/application~1json/schema`,
            answer,
          )),
    ]
  }

  event(event: unknown): string[] {
    const { data } = event as { data?: { event_type?: string; payload?: unknown } }
    const payload = this.#document.components.schemas.ActivityStreamingResponsePayload
    const mapping = (payload?.discriminator?.mapping ?? {}) as Record<string, string>
    const shape = mapping[data?.event_type ?? '']
    const envelope = this.#fits('an event', '/components/schemas/ActivityStreamResponse', {
      data: { ...data, payload: { id: '1', author_id: '1' } },
    })
    const payloadOf = shape === undefined ? [] : this.#fits('a payload', shape.slice(1), data?.payload)
    // Payloads are told apart by the type of the event, which one schema for all of them cannot say.
    return [...envelope.filter(each => !each.includes('/data/payload')), ...payloadOf]
  }

  #query(where: string, pointer: string, operation: Operation, query: URLSearchParams): string[] {
    const parameters = (operation.parameters ?? []).map((given, index) => {
      const at = given.$ref?.slice(1) ?? `${pointer}/parameters/${index}`
      const parameter = given.$ref === undefined ? given : this.#document.components.parameters[lastOf(given.$ref)]
      return { ...parameter, pointer: `${at}/schema` }
    })
    const known = parameters.filter(each => each.in === 'query')
    const unknown = [...query.keys()].filter(name => !known.some(each => each.name === name))
    const missing = known.filter(({ required, name }) => required === true && !query.has(name ?? ''))
    const wrong = known.flatMap(({ name = '', schema, pointer: at }) =>
      query.has(name) ? this.#fits(`${where}?${name}`, at, parameterOf(query.get(name) ?? '', schema)) : [],
    )
    return [
      ...unknown.map(name => `${where}: has no parameter ${name}`),
      ...missing.map(({ name }) => `${where}: needs the parameter ${name}`),
      ...wrong,
    ]
  }

  #fits(what: string, pointer: string, value: unknown): string[] {
    const check = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `x#${pointer}` })
    this.#compiled.set(pointer, check)
    if (check(value) === true) return []
    return (check.errors ?? []).map(error => `${what}: ${error.instancePath || 'it'} ${error.message}`)
  }
}

function matches(template: string, path: string): boolean {
  const pattern = template.replace(/\{[^}]+\}/g, '\u0000').replace(/[.*+?^$()[\]\\|]/g, '\\$&')
  return new RegExp(`^${pattern.replaceAll('\u0000', '[^/]+')}$`).test(path)
}

function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
}

function lastOf(reference: string): string {
  return reference.split('/').at(-1) ?? ''
}

function parameterOf(raw: string, schema: Schema | undefined): unknown {
  if (schema?.type === 'integer') return Number(raw)
  if (schema?.type === 'boolean') return raw === 'true'
  return schema?.type === 'array' ? raw.split(',') : raw
}
