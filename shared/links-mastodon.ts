/** As narrow as the network reads it: what it would not take for a link is none. */
export const links =
  /(?<![A-Za-z0-9@$#＠＃])https?:\/\/(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}(?::\d+)?(?:[/?][\w!*';:=+,.$/%#[\]~&|@?()^-]*[\w=#/+&-]|[/?])?/gu
