-- What imports remember. Unlogged: it is worth nothing after a crash, for the import then begins again.
CREATE UNLOGGED TABLE "import_key" (
    "run" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "first_line" INTEGER NOT NULL,
    "last_line" INTEGER NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "import_key_pkey" PRIMARY KEY ("run","kind","key")
);

ALTER TABLE "import_key"
    ADD CONSTRAINT "import_key_kind_check" CHECK ("kind" IN ('HANDLE', 'SKU')),
    ADD CONSTRAINT "import_key_lines_check" CHECK ("first_line" <= "last_line");

CREATE TABLE "seed" (
    "name" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "seed_pkey" PRIMARY KEY ("name")
);
