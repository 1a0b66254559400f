/** Where a sandbox's port is set: with all parts, or with the sandbox providers alone. */
export const PORT_SETTING = 'PORT, or BASE_PORT for the sandbox alone,';
