-- What is looked for before an element set or a source goes.
CREATE INDEX element_set_source ON element_set (source_id);
CREATE INDEX snapshot_set_element_set ON snapshot_set (element_set_id);
