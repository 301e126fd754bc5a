import { permissions } from '@muster/shared/permission.ts'
import { protocolVersion } from '@muster/shared/protocol.ts'
import { Outcome } from '@muster/shared/refusal.ts'
import { z } from 'zod'
import type { Operation } from './openapi-operation.ts'
import { operations } from './openapi-operations.ts'

const Sentence = z.object({ sentence: z.string() })

/** The OpenAPI 3.1 document, made of the schemas that judge what comes in. */
export function openapiOf(origin: string): object {
  const described: Record<string, Record<string, object>> = {}
  for (const operation of operations) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}')
    described[path] = { ...described[path], [operation.method]: describe(operation) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Muster', version: String(protocolVersion), description: 'An outage-surge command center.' },
    servers: [{ url: origin }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: origin.startsWith('https:') ? '__Host-muster' : 'muster' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    paths: described,
  }
}

function describe({ summary, access, body, parameters, query, answer }: Operation): object {
  return {
    summary: access === 'open' || access === 'person' ? summary : `${summary} (${permissions[access].join(', ')})`,
    security: access === 'open' ? [] : [{ session: [] }, { token: [] }],
    parameters: [...parametersIn('path', parameters), ...parametersIn('query', query)],
    ...(body !== undefined && { requestBody: { required: true, content: json(body, 'input') } }),
    responses: {
      200: { description: 'Done', content: json(answer, 'output') },
      default: { description: 'Not done, and why', content: json(z.union([Outcome, Sentence]), 'output') },
    },
  }
}

function parametersIn(place: 'path' | 'query', schema: z.ZodObject | undefined): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, value]) => ({
    name,
    in: place,
    required: !value.safeParse(undefined).success,
    schema: plain(value as z.ZodType, 'input'),
  }))
}

function json(schema: z.ZodType, io: 'input' | 'output'): object {
  return { 'application/json': { schema: plain(schema, io) } }
}

function plain(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return rest
}
