-- Made after the rows are in, as is quickest. Each serves a question: an event by id; a tenant's newest, its pages and its
-- counts (index-only, as both are in it); an actor's, an action's, a resource's newest within a tenant. Nothing asks for
-- labels, so there is no GIN index to pay for.
ALTER TABLE events ADD PRIMARY KEY (id);
CREATE INDEX events_tenant_time ON events (tenant, event_time DESC);
CREATE INDEX events_tenant_actor_time ON events (tenant, actor_id, event_time DESC);
CREATE INDEX events_tenant_action_time ON events (tenant, action, outcome, event_time DESC);
CREATE INDEX events_tenant_resource_time ON events (tenant, resource_id, event_time DESC);
