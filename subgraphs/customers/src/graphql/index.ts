import type { Resolvers } from '../../generated/graphql.ts';
import { Address } from './address.ts';
import { CustomerGroup, Segment } from './audience.ts';
import { Customer } from './customer.ts';
import { Mutation } from './mutation.ts';
import { Query } from './query.ts';

export const resolvers: Resolvers = { Query, Mutation, Customer, Address, CustomerGroup, Segment };
