/** Where the test's mail servers live and listen; all of it under one temporary folder. */
export type MailPlaces = {
  folder: string
  imapPort: number
  lmtpPort: number
  smtpPort: number
  /** Where access tokens are looked up; null where only passwords sign in. */
  introspectionUrl: string | null
}

/** Dovecot: IMAP and LMTP on this machine only, users from a file, and the sign-in that Postfix asks it for. */
export function dovecotSettings({ folder, imapPort, lmtpPort, introspectionUrl }: MailPlaces): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login${introspectionUrl === null ? '' : ' xoauth2 oauthbearer'}
auth_username_format = %Ln
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
mail_location = maildir:${folder}/mail/%n
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
mail_max_userip_connections = 100
${introspectionUrl === null ? '' : tokenSignIn(folder)}passdb {
  driver = passwd-file
  args = scheme=PLAIN ${folder}/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/mail/%n
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${lmtpPort}
  }
}
service auth {
  unix_listener ${folder}/sign-in {
    mode = 0666
  }
}
`
}

function tokenSignIn(folder: string): string {
  return `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${folder}/tokens.conf
}
`
}

/** How Dovecot asks whether an access token is good, and whose it is. */
export function tokenSettings(introspectionUrl: string): string {
  return `introspection_url = ${introspectionUrl}
introspection_mode = auth
username_attribute = user
active_attribute = active
active_value = true
`
}

/** Postfix: takes mail for the two test domains alone and hands it to Dovecot. */
export function postfixMain({ folder, lmtpPort }: MailPlaces): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/postfix-data
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
myhostname = mail.muster.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = muster.test, example.test
virtual_mailbox_maps = inline:{ support@muster.test=1, customer@example.test=1, gone@example.test=1 }
virtual_transport = lmtp:inet:127.0.0.1:${lmtpPort}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = reject_unlisted_recipient
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${folder}/sign-in
smtpd_sasl_security_options =
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtputf8_enable = no
`
}

export function postfixMaster({ smtpPort }: MailPlaces): string {
  return `127.0.0.1:${smtpPort} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
pickup unix n - n 60 1 pickup
postlog unix-dgram n - n - 1 postlogd
`
}
