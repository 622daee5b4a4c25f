{#-
  When a key was last read, for keys that may have several readings: only those read after
  their KPI's first reading can, and they are few. Everything about the latest value, about
  revisions and about earlier dates starts here instead of numbering 9 million readings
  (20 s). A table: with its size unknown, the planner hashes the readings instead.
-#}
{{ last_readings(ref('stg_kolada__value'), 'municipality') }}
