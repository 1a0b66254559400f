-- Staff list the payments whose reserved money nobody has taken or let go for long, newest first, and an alarm counts them.
CREATE INDEX payments_held ON payments (id DESC, updated_at) WHERE authorized_minor > captured_minor + capturing_minor;
