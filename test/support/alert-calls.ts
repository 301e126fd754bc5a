/** What Alertmanager and Grafana post, in the fields both document. */
export function group(status: 'firing' | 'resolved' = 'firing') {
  const over = status === 'resolved'
  return {
    version: '4',
    groupKey: '{}:{alertname="CheckoutFails"}',
    truncatedAlerts: 0,
    status,
    receiver: 'muster',
    groupLabels: { alertname: 'CheckoutFails' },
    commonLabels: { alertname: 'CheckoutFails', severity: 'page' },
    commonAnnotations: { summary: 'Checkout fails' },
    externalURL: 'http://alertmanager.test',
    alerts: [
      {
        status,
        labels: { alertname: 'CheckoutFails' },
        annotations: { summary: 'Checkout fails', description: 'Half of all payments fail.' },
        startsAt: '2026-11-23T08:58:00.000Z',
        endsAt: over ? '2026-11-23T09:10:00.000Z' : '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus.test/graph',
        fingerprint: 'c6eadffa33fcdf37',
      },
    ],
  }
}

/** What PagerDuty's webhooks V3 post, as its documentation shows it. */
export function pagerDuty(type: string, at: string) {
  return {
    event: {
      id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
      event_type: type,
      resource_type: 'incident',
      occurred_at: at,
      agent: { id: 'PLH1HKV', summary: 'Tenex Engineer', type: 'user_reference' },
      client: { name: 'PagerDuty' },
      data: {
        id: 'PGR0VU2',
        type: 'incident',
        html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
        number: 2,
        status: 'triggered',
        incident_key: 'd3640fbd41094207a1c11e58e46b1662',
        created_at: '2026-11-23T09:00:00Z',
        title: 'A little bump in the road',
        service: { id: 'PF9KMXH', summary: 'API Service', type: 'service_reference' },
        priority: { id: 'PSO75BM', summary: 'P1', type: 'priority_reference' },
        urgency: 'high',
        resolve_reason: null,
      },
    },
  }
}
