-- A site that was away for longer than events are kept is told of all of these.
CREATE INDEX jacks_forgotten ON jacks (id) WHERE blocked_at_ms IS NOT NULL OR released_at_ms IS NOT NULL;
