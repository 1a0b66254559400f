// Imported before @apollo/gateway, which decides when it is constructed: nothing leaves the machine unless asked to.
process.env.APOLLO_TELEMETRY_DISABLED ??= '1';
