import morgan from 'morgan';

export const timing = morgan(':method :url :status :response-time ms');
