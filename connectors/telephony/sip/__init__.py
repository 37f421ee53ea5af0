"""A SIP endpoint that takes calls over UDP: RFC 3261 as far as the called side needs it, G.711 over RTP."""
