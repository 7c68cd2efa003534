"""E-mail: messages out by SMTP, refusals by link, and what comes back by webhook or mailbox."""
